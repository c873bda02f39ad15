"""A review log as a Parquet file in, the states of its cards as a Parquet file out, in bounded memory.

A log that is longer than what is held at once is first dealt out to temporary files by card, so that every card's
history stands in one of them, in its order; then each is replayed by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
import json
from pathlib import Path
import tempfile
from typing import TYPE_CHECKING, Any
from zlib import crc32

from codecards.errors import MissingExtraError, SchedulingError
from codecards.progress import Progress
from codecards.scheduling.batch import RowError, replay_columns
from codecards.scheduling.sm2 import SM2

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["ROWS_IN_MEMORY", "replay_parquet", "states_table"]

ROWS_IN_MEMORY = 2_000_000
"""How many reviews are held at once where nothing else is asked: less than a gigabyte.

Measured: 0.55 GB at a million held at once, of ten million reviews of half a million cards.
"""

VERSION = 1

_NEEDED = ("card_id", "grade", "at")
_BATCH = 250_000
_MOST_PARTS = 200


def replay_parquet(
    log: str | Path,
    states: str | Path,
    *,
    sm2: SM2 | None = None,
    rows_in_memory: int = ROWS_IN_MEMORY,
    progress: Progress | None = None,
) -> int:
    """Write the state of every card in a review log, and return how many cards there are.

    The log has the columns ``card_id`` (text or whole numbers), ``grade`` (0 to 5), ``at``
    (timestamps with a time zone), and where it has practice reviews, ``practice``. The
    reviews of one card stand in the order of their times. Other columns are left alone.
    The states have ``card_id``, ``repetitions``, ``ease_permille``, ``interval_days``,
    ``due`` and ``last_review``.

    Args:
        log: The Parquet file of reviews.
        states: Where to write the Parquet file of states; written beside it first, and
            moved into place when it is whole.
        sm2: The scheduler; SM-2 as it comes without it.
        rows_in_memory: About how many reviews to hold at once. A longer log takes as much
            space on the disk again, beside `states`, while it is replayed.
        progress: Told how far the work is.

    Raises:
        SchedulingError: The log cannot be read or holds an impossible review, or the states
            cannot be written; the message names the file and the row.
        MissingExtraError: PyArrow is not installed.
    """
    pq = _parquet()
    log, states, sm2 = Path(log), Path(states), sm2 or SM2()
    if rows_in_memory < 1:
        msg = f"the rows in memory are a whole number, 1 or more, not {rows_in_memory!r}"
        raise SchedulingError(msg)
    if log.exists() and states.exists() and log.samefile(states):
        msg = f"{states}: is the review log itself; write the states to another file"
        raise SchedulingError(msg)
    cards = 0
    with _file_errors(log, states), ExitStack() as cleanup:
        reader = cleanup.enter_context(pq.ParquetFile(log, memory_map=True))
        columns = _columns(reader.schema_arrow, log)
        states.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(cleanup.enter_context(tempfile.TemporaryDirectory(dir=states.parent, prefix=f".{states.name}.")))
        whole = folder / "states"
        count = -(-reader.metadata.num_rows // rows_in_memory)
        parts = _dealt_out(reader, columns, folder, min(count, _MOST_PARTS), progress) if count > 1 else None
        writer = None
        try:
            for number, table in enumerate(_tables(parts) if parts else [_numbered(reader.read(columns))]):
                result = _replayed(table, sm2, log)
                writer = writer or pq.ParquetWriter(whole, result.schema, compression="zstd")
                writer.write_table(result)
                cards += result.num_rows
                if progress:
                    progress("Replaying", number + 1, len(parts) if parts else 1)
        finally:
            if writer:
                writer.close()
        whole.replace(states)
    return cards


def states_table(log: pa.Table, sm2: SM2) -> pa.Table:
    """Return the state of every card in a log, both as Arrow tables with the columns of `replay_parquet`.

    Args:
        log: The reviews.
        sm2: The scheduler.

    Raises:
        SchedulingError: The log holds an impossible review.
    """
    import pyarrow as pa

    kind = log.schema.field("card_id").type
    states = replay_columns(
        log["card_id"].combine_chunks() if log.num_rows else pa.array([], kind),
        _array(log["grade"]),
        at=_array(log["at"].cast(pa.timestamp("us", "UTC"), safe=False)),
        practice=_array(log["practice"]) if "practice" in log.column_names else None,
        sm2=sm2,
    )
    try:
        columns = {
            "card_id": pa.array(states.card, kind),
            "repetitions": pa.array(states.repetitions, pa.int64()),
            "ease_permille": pa.array(states.ease_permille, pa.int64()),
            "interval_days": pa.array(states.interval_days, pa.int64()),
            "due": pa.array(states.due, pa.date32()),
            "last_review": pa.array(states.last_review, pa.timestamp("us")).cast(pa.timestamp("us", "UTC")),
        }
    except OverflowError:
        msg = "an interval passes 64 bits; give a longest interval"
        raise SchedulingError(msg) from None
    about = {"format": "codecards-states", "version": VERSION, "scheduler": sm2.name}
    return pa.table(columns).replace_schema_metadata({"codecards": json.dumps(about)})


def _parquet() -> Any:
    try:
        import pyarrow.parquet as pq
    except ImportError:
        msg = "Parquet files need PyArrow and NumPy; install them with: pip install 'codecards[batch]'"
        raise MissingExtraError(msg) from None
    return pq


@contextmanager
def _file_errors(log: Path, states: Path) -> Iterator[None]:
    """Turn what the operating system and Arrow say into one line that names the file."""
    import pyarrow as pa

    try:
        yield
    except pa.ArrowException as error:
        msg = f"{log}: not a Parquet file of reviews ({' '.join(str(error).split())})"
        raise SchedulingError(msg) from None
    except OSError as error:
        at_fault = log if not log.is_file() else states
        doing = "read" if at_fault is log else "written"
        msg = f"{at_fault}: cannot be {doing} ({error.strerror or ' '.join(str(error).split())}); check the path"
        raise SchedulingError(msg) from None


def _columns(schema: pa.Schema, log: Path) -> list[str]:
    """Return which columns to read, all of them there and of a fitting type."""
    import pyarrow as pa

    kinds = pa.types
    fitting = {
        "card_id": (
            lambda kind: kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_integer(kind),
            "text",
        ),
        "grade": (kinds.is_integer, "whole numbers"),
        "at": (lambda kind: kinds.is_timestamp(kind) and kind.tz is not None, "timestamps with a time zone"),
        "practice": (kinds.is_boolean, "booleans"),
    }
    columns = [name for name in fitting if name in schema.names]
    missing = [name for name in _NEEDED if name not in columns]
    if missing:
        msg = f"{log}: no column {', '.join(missing)}; a review log has card_id, grade and at"
        raise SchedulingError(msg)
    for name in columns:
        fits, wanted = fitting[name]
        if not fits(schema.field(name).type):
            msg = f"{log}: the column {name} holds {schema.field(name).type}, not {wanted}"
            raise SchedulingError(msg)
    return columns


def _dealt_out(reader: Any, columns: Sequence[str], folder: Path, count: int, progress: Progress | None) -> list[Path]:
    """Write each review to one of `count` files, chosen by its card, with the number of its row; return the files."""
    import numpy as np
    import pyarrow as pa

    paths = [folder / f"part-{number}" for number in range(count)]
    done, total = 0, reader.metadata.num_rows
    with ExitStack() as files:
        writers: dict[int, Any] = {}
        for batch in reader.iter_batches(min(_BATCH, max(1, total // count)), columns=columns):
            if progress:
                progress("Reading reviews", done, total)
            table = _numbered(pa.Table.from_batches([batch]), done)
            part = _parts(batch.column(0), count)
            order = np.argsort(part, kind="stable")
            ends = np.cumsum(np.bincount(part, minlength=count))
            for number, (start, end) in enumerate(zip([0, *ends[:-1]], ends, strict=True)):
                if number not in writers:
                    writers[number] = files.enter_context(pa.ipc.new_file(str(paths[number]), table.schema))
                if end > start:
                    writers[number].write_table(table.take(order[start:end]))
            done += batch.num_rows
    if progress:
        progress("Reading reviews", done, total)
    return paths


def _parts(card: Any, count: int) -> Any:
    """Return which part each card belongs to, the same on every run."""
    import numpy as np

    if card.null_count:
        msg = "a row has no card; give every review its card id"
        raise SchedulingError(msg)
    encoded = card.dictionary_encode()
    parts = [crc32(str(name).encode()) % count for name in encoded.dictionary.to_pylist()]
    return np.array(parts, np.uint8)[encoded.indices.to_numpy(zero_copy_only=False)]


def _tables(parts: Sequence[Path]) -> Iterator[pa.Table]:
    import pyarrow as pa

    for path in parts:
        with pa.memory_map(str(path)) as source:
            yield pa.ipc.open_file(source).read_all()
        path.unlink()


def _numbered(table: pa.Table, first: int = 0) -> pa.Table:
    """Return a table with the number of each row in the log, which a message about it needs."""
    import numpy as np
    import pyarrow as pa

    return table.append_column("row", pa.array(np.arange(first, first + table.num_rows)))


def _replayed(table: pa.Table, sm2: SM2, log: Path) -> pa.Table:
    try:
        return states_table(table, sm2)
    except RowError as error:
        msg = f"{log}: row {table['row'][error.row].as_py()}: {error.problem}"
        raise SchedulingError(msg) from None
    except SchedulingError as error:
        msg = f"{log}: {error}"
        raise SchedulingError(msg) from None


def _array(column: pa.ChunkedArray) -> Any:
    """Return a column as a NumPy array; an empty place in it is refused."""
    if column.null_count:
        import pyarrow.compute as pc

        row = pc.index(column.is_null(), True).as_py()
        raise RowError(row, "a value is missing")
    return column.to_numpy()
