"""A review log as a Parquet file becomes a file of states, however long it is and wherever it is replayed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module
import json
from pathlib import Path
import random
import sys
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from codecards import SM2, Grade, MemoryState, Review, StudyCalendar
from codecards.cli import main
from codecards.errors import CodecardsError, SchedulingError
from codecards.scheduling.parquet import replay_parquet
from codecards.scheduling.scheduler import replay_log

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
CHICAGO = SM2(calendar=StudyCalendar("America/Chicago", 3))


def made_log(size: int = 3000, cards: int = 60) -> list[Review]:
    """A log of early, late and practice reviews, mixed."""
    draw = random.Random(4)  # noqa: S311 -- a made-up log is no secret
    return [
        Review(
            f"icd-10-cm:X{draw.randrange(cards)}#describe",
            Grade(draw.randrange(6)),
            START + timedelta(minutes=29 * number),
            practice=draw.random() < 0.1,
        )
        for number in range(size)
    ]


def as_table(log: list[Review], unit: str = "us") -> pa.Table:
    """The log as columns, with one that codecards does not know."""
    return pa.table(
        {
            "mood": pa.array(["calm"] * len(log)),
            "card_id": pa.array([review.card_id for review in log], pa.string()),
            "grade": pa.array([int(review.grade) for review in log], pa.int8()),
            "at": pa.array([review.at for review in log], pa.timestamp(unit, "America/New_York")),
            "practice": pa.array([review.practice for review in log], pa.bool_()),
        }
    )


def as_states(table: pa.Table) -> dict[str, MemoryState]:
    """What a file of states says."""
    return {
        row["card_id"]: MemoryState(
            row["repetitions"], row["ease_permille"], row["interval_days"], row["due"], row["last_review"]
        )
        for row in table.to_pylist()
    }


@pytest.fixture
def log_file(tmp_path: Path) -> Path:
    """A log of 3,000 reviews."""
    pq.write_table(as_table(made_log()), tmp_path / "reviews.parquet", row_group_size=500)
    return tmp_path / "reviews.parquet"


@pytest.mark.parametrize("rows_in_memory", [10_000, 3_000, 700, 1])
def test_a_log_larger_than_memory_gives_the_same_states(log_file: Path, rows_in_memory: int) -> None:
    """Held at once, dealt out to a few files, or to as many as there may be."""
    states = log_file.with_name("states.parquet")

    cards = replay_parquet(log_file, states, sm2=CHICAGO, rows_in_memory=rows_in_memory)

    table = pq.read_table(states)
    assert as_states(table) == replay_log(CHICAGO, made_log())
    assert cards == table.num_rows
    assert json.loads(table.schema.metadata[b"codecards"])["scheduler"] == "sm2-text"
    assert [path.name for path in sorted(log_file.parent.iterdir())] == ["reviews.parquet", "states.parquet"]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_times_of_every_unit_are_read(tmp_path: Path, unit: str) -> None:
    """Whatever the program that wrote them prefers; practice may be missing."""
    log = [review for review in made_log(200) if not review.practice]
    pq.write_table(as_table(log, unit).drop_columns(["practice"]), tmp_path / "log.parquet")

    replay_parquet(tmp_path / "log.parquet", tmp_path / "states.parquet")

    assert as_states(pq.read_table(tmp_path / "states.parquet")) == replay_log(SM2(), log)


def test_cards_may_be_numbers_and_a_log_may_be_empty(tmp_path: Path) -> None:
    """The states keep the type of the cards."""
    table = as_table(made_log(10))
    table = table.set_column(1, "card_id", pa.array([7, 8] * 5, pa.int32()))
    pq.write_table(table, tmp_path / "numbers.parquet")
    pq.write_table(table.slice(0, 0), tmp_path / "empty.parquet")

    assert replay_parquet(tmp_path / "numbers.parquet", tmp_path / "a.parquet", rows_in_memory=4) == 2
    assert replay_parquet(tmp_path / "empty.parquet", tmp_path / "b.parquet") == 0
    for name in ("a", "b"):
        assert pq.read_schema(tmp_path / f"{name}.parquet").field("card_id").type == pa.int32()


def test_progress_is_told_to_the_end(log_file: Path) -> None:
    """Reading first, then each part."""
    told: list[tuple[str, int, int]] = []

    replay_parquet(
        log_file, log_file.with_name("s"), rows_in_memory=1000, progress=lambda *how_far: told.append(how_far)
    )

    assert ("Reading reviews", 3000, 3000) in told
    assert told[-1] == ("Replaying", 3, 3)


@pytest.mark.parametrize(
    ("column", "values", "words"),
    [
        ("grade", pa.array([4, 9, 4, 4]), "row 1: a grade is"),
        ("grade", pa.array([4.0, 4, 4, 4]), "the column grade holds double"),
        ("grade", pa.array([4, None, 4, 4]), "row 1: a value is missing"),
        ("at", pa.array([START.replace(tzinfo=None)] * 4), "timestamps with a time zone"),
        ("at", pa.array([START, START, START - timedelta(1), START]), "row 2: .* sort the log"),
        ("at", pa.array([START, START, None, START]), "row 2: a value is missing"),
        ("practice", pa.array(["no"] * 4), "the column practice holds string"),
        ("practice", pa.array([True, None, True, True]), "row 1: a value is missing"),
        ("card_id", pa.array([1.5] * 4), "the column card_id holds double"),
        ("card_id", pa.array(["a", None, "a", "a"]), "a row has no card"),
    ],
)
@pytest.mark.parametrize("rows_in_memory", [100, 2])
def test_an_impossible_log_file_is_refused(
    tmp_path: Path, column: str, values: pa.Array, words: str, rows_in_memory: int
) -> None:
    """With one line that names the file and the row, and nothing is left behind."""
    table = as_table([Review("a", Grade.GOOD, START)] * 4)
    pq.write_table(table.set_column(table.column_names.index(column), column, values), tmp_path / "log.parquet")

    with pytest.raises(SchedulingError, match=words) as caught:
        replay_parquet(tmp_path / "log.parquet", tmp_path / "states", rows_in_memory=rows_in_memory)

    assert str(tmp_path / "log.parquet") in str(caught.value) or "no card" in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["log.parquet"]


def test_files_that_are_none_are_refused(tmp_path: Path, log_file: Path) -> None:
    """A file that is missing, is something else, lacks a column, or cannot be written."""
    (tmp_path / "text").write_text("no Parquet\n" * 9)
    pq.write_table(as_table([]).drop_columns(["at", "grade"]), tmp_path / "short")
    for log, states, words in (
        (tmp_path / "missing", tmp_path / "s", "missing: cannot be read"),
        (tmp_path / "text", tmp_path / "s", "text: not a Parquet file"),
        (tmp_path / "short", tmp_path / "s", "no column grade, at"),
        (log_file, tmp_path / "text" / "s", "cannot be written"),
    ):
        with pytest.raises(SchedulingError, match=words):
            replay_parquet(log, states)
    with pytest.raises(SchedulingError, match="rows in memory"):
        replay_parquet(log_file, tmp_path / "s", rows_in_memory=0)


def test_an_interval_past_64_bits_is_refused_in_a_file(tmp_path: Path) -> None:
    """A file of states has no room for it; the message says what to do."""
    at = datetime(9999, 12, 31, 12, tzinfo=UTC)
    pq.write_table(as_table([Review("a", Grade.PERFECT, at)] * 80), tmp_path / "log.parquet")

    with pytest.raises(SchedulingError, match="give a longest interval"):
        replay_parquet(tmp_path / "log.parquet", tmp_path / "states")


def test_without_pyarrow_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line."""
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)

    with pytest.raises(CodecardsError, match="codecards\\[batch\\]"):
        replay_parquet(tmp_path / "log", tmp_path / "states")


def test_the_command_line_replays_a_log(log_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the profile, time zone and longest interval it is given."""
    states = log_file.with_name("states.parquet")

    with pytest.raises(SystemExit) as ended:
        main([
            "replay", str(log_file), "-o", str(states), "--profile", "source", "--time-zone", "Asia/Kolkata",
            "--rollover-hour", "2", "--max-interval", "30", "--rows-in-memory", "1000",
        ])  # fmt: skip

    assert ended.value.code == 0
    assert capsys.readouterr() == (f"{states}: 60 cards\n", "")
    sm2 = SM2("source", StudyCalendar("Asia/Kolkata", 2), max_interval_days=30)
    assert as_states(pq.read_table(states)) == replay_log(sm2, made_log())


@pytest.mark.parametrize("options", [["--time-zone", "Mars"], ["--max-interval", "0"], ["--rollover-hour", "25"]])
def test_the_command_line_refuses_in_one_line(
    log_file: Path, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """And leaves nothing behind."""
    with pytest.raises(SystemExit) as ended:
        main(["replay", str(log_file), "-o", str(log_file.with_name("states")), *options])

    shown = capsys.readouterr()
    assert (ended.value.code, shown.out) == (1, "")
    assert shown.err.startswith("codecards: ")
    assert shown.err.count("\n") == 1
    assert not log_file.with_name("states").exists()


def sorted_states(frame: Any) -> list[dict[str, Any]]:
    """The rows of a data frame by card."""
    rows: list[dict[str, Any]] = frame.sort_values("card_id").to_dict("records")
    return rows


def test_a_dask_cluster_gives_the_same_states(log_file: Path) -> None:
    """On a local cluster of two workers, partition by partition."""
    # None of them says enough of types.
    replay_dask: Any = import_module("codecards.scheduling.dask").replay_dask
    dd: Any = import_module("dask.dataframe")
    distributed: Any = import_module("distributed")
    replay_parquet(log_file, log_file.with_name("states"), sm2=CHICAGO)
    expected = sorted_states(pq.read_table(log_file.with_name("states")).to_pandas())

    cluster = distributed.LocalCluster(2, threads_per_worker=1, host="127.0.0.1", dashboard_address=":0")
    with cluster, distributed.Client(cluster):
        log = dd.read_parquet(log_file, split_row_groups=2)
        assert log.npartitions > 1
        assert sorted_states(replay_dask(log, sm2=CHICAGO).compute()) == expected
        without = replay_dask(log.drop(columns=["practice"]))
        assert len(without.compute()) == len(expected)


def test_dask_refuses_a_log_without_grades(log_file: Path) -> None:
    """Before anything is computed."""
    import dask.dataframe as dd

    from codecards.scheduling.dask import replay_dask

    with pytest.raises(SchedulingError, match="no column grade"):
        replay_dask(dd.read_parquet(log_file).drop(columns=["grade"]))


def test_without_dask_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line."""
    from codecards.scheduling.dask import replay_dask

    monkeypatch.setitem(sys.modules, "dask.dataframe", None)

    with pytest.raises(CodecardsError, match="codecards\\[dask\\]"):
        replay_dask(None)  # type: ignore[arg-type]  # it does not come to that


def test_a_log_is_never_written_over(log_file: Path, tmp_path: Path) -> None:
    """Not under its own name, nor through a link."""
    before = log_file.read_bytes()
    (tmp_path / "link.parquet").symlink_to(log_file)

    for states in (log_file, tmp_path / "link.parquet"):
        with pytest.raises(SchedulingError, match="is the review log itself"):
            replay_parquet(log_file, states)
    assert log_file.read_bytes() == before
