"""Replay a log that outgrows one machine, on a Dask cluster (the extra ``codecards[dask]``).

Dask brings every card's reviews together in one partition; each partition is then replayed by the same columnar
function as a log on one machine. There is no engine of our own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codecards.errors import MissingExtraError, SchedulingError
from codecards.scheduling.sm2 import SM2

if TYPE_CHECKING:
    import dask.dataframe as dd
    import pandas as pd

__all__ = ["replay_dask"]

_NEEDED = ("card_id", "grade", "at")
_ROW, _PARTITION = "_row", "_partition"


def replay_dask(log: dd.DataFrame, *, sm2: SM2 | None = None) -> dd.DataFrame:
    """Return the state of every card in a log, as a Dask data frame that is computed when it is asked for.

    The log has the columns of `parquet.replay_parquet`, such as ``dask.dataframe.read_parquet``
    reads them; the reviews of one card stand in the order of their times, within a
    partition and from one partition to the next.

    Args:
        log: The reviews.
        sm2: The scheduler; SM-2 as it comes without it.

    Raises:
        SchedulingError: A column is missing. An impossible review is refused when the
            states are computed.
        MissingExtraError: Dask is not installed.
    """
    try:
        import dask.dataframe  # noqa: F401 -- whether it is there
    except ImportError:
        msg = "this needs Dask; install it with: pip install 'codecards[dask]'"
        raise MissingExtraError(msg) from None
    missing = [name for name in _NEEDED if name not in log.columns]
    if missing:
        msg = f"the log has no column {', '.join(missing)}; a review log has card_id, grade and at"
        raise SchedulingError(msg)
    columns = [*_NEEDED, *(["practice"] if "practice" in log.columns else [])]
    sm2 = sm2 or SM2()
    # A shuffle forgets the order of the rows, so each takes along where it stood.
    numbered = log[columns].map_partitions(_numbered, meta=_numbered(log[columns]._meta))  # noqa: SLF001 -- Dask's own name for an empty sample
    together = numbered.shuffle(on="card_id")
    states: dd.DataFrame = together.map_partitions(_replayed, sm2, meta=_replayed(numbered._meta, sm2))  # noqa: SLF001
    return states


def _numbered(part: pd.DataFrame, partition_info: dict[str, Any] | None = None) -> pd.DataFrame:
    number = partition_info["number"] if partition_info else 0
    return part.assign(**{_PARTITION: number, _ROW: range(len(part))})


def _replayed(part: pd.DataFrame, sm2: SM2) -> pd.DataFrame:
    import pyarrow as pa

    from codecards.scheduling.parquet import states_table

    ordered = part.sort_values([_PARTITION, _ROW]).drop(columns=[_PARTITION, _ROW])
    return states_table(pa.Table.from_pandas(ordered, preserve_index=False), sm2).to_pandas()
