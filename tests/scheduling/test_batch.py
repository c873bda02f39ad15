"""Many cards at once give what one by one gives, on every history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
import importlib
from pathlib import Path
import sys
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st
import numpy as np
import pyarrow as pa
import pytest

from codecards import SM2, Grade, Review, StudyCalendar
from codecards.errors import CodecardsError, SchedulingError
from codecards.scheduling import arrays
from codecards.scheduling.arrays import study_days
from codecards.scheduling.batch import StateColumns, replay_columns
from codecards.scheduling.fuzz import fuzz_days
from codecards.scheduling.scheduler import replay_log
from strategies import grades

START = datetime(2026, 3, 1, 12, tzinfo=UTC)

schedulers = st.sampled_from(
    [
        SM2(),
        SM2(profile="source"),
        SM2(max_interval_days=20),
        SM2(fuzz=True),
        SM2(calendar=StudyCalendar("America/New_York", 3)),
        SM2("source", StudyCalendar("Australia/Lord_Howe", 0), max_interval_days=9, fuzz=True),
    ]
)

# Card, grade, hours since the review before (of any card), practice.
answers_to_cards = st.lists(
    st.tuples(
        st.sampled_from(["a#describe", "b#describe", "ü#encode"]),
        grades,
        st.integers(0, 30) | st.integers(0, 24 * 60),
        st.booleans() | st.just(False),
    ),
    max_size=40,
)


def _dated(rows: list[tuple[str, Grade, int, bool]]) -> list[Review]:
    at, log = START, []
    for card, grade, hours, practice in rows:
        at += timedelta(hours=hours)
        log.append(Review(card, grade, at, practice=practice))
    return log


logs = answers_to_cards.map(_dated)


def _lists(log: list[Review], sm2: SM2) -> StateColumns:
    return replay_columns(
        [review.card_id for review in log],
        [review.grade for review in log],
        at=[review.at for review in log],
        practice=[review.practice for review in log],
        sm2=sm2,
    )


def _arrays(log: list[Review], sm2: SM2) -> StateColumns:
    return replay_columns(
        np.array([review.card_id for review in log], dtype=object),
        np.array([review.grade for review in log], dtype=np.int8),
        at=np.array([review.at.replace(tzinfo=None) for review in log], dtype="datetime64[us]"),
        practice=np.array([review.practice for review in log], dtype=bool),
        sm2=sm2,
    )


@settings(deadline=None)  # the first array takes longer: libraries are imported
@given(logs, schedulers)
@example([], SM2())
@example(_dated([("a#describe", Grade.GOOD, 0, True)]), SM2())
def test_columns_give_what_one_by_one_gives(log: list[Review], sm2: SM2) -> None:
    """Early, late, same-day and practice reviews, in both profiles: lists, arrays, and arrays without short cuts."""
    expected = replay_log(sm2, log)

    assert _lists(log, sm2).states() == expected
    assert list(_lists(log, sm2).states()) == list(expected)
    assert _arrays(log, sm2).states() == expected
    assert list(_arrays(log, sm2).states()) == list(expected)


@settings(deadline=None)  # the first array takes longer: libraries are imported
@given(logs, schedulers)
def test_rounds_of_arrays_give_what_one_by_one_gives(log: list[Review], sm2: SM2) -> None:
    """However few cards there are: no card is left to the plain loop."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(arrays, "_FEW", 1)
        assert _arrays(log, sm2).states() == replay_log(sm2, log)


@given(st.lists(st.tuples(st.integers(-5, 5) | st.integers(-(2**62), 2**62), grades), max_size=60))
def test_cards_may_be_numbers(rows: list[tuple[int, Grade]]) -> None:
    """Close together or far apart; they come back in the order of their first reviews."""
    cards, given_grades = [row[0] for row in rows], [row[1] for row in rows]

    plain = replay_columns(cards, given_grades)
    fast = replay_columns(np.array(cards, np.int64), np.array(given_grades, np.int64))

    assert list(fast.card) == list(plain.card)
    assert fast.states() == plain.states()


@pytest.mark.parametrize("kind", ["i1", "u1", "i2", "u8"])
def test_cards_may_be_numbers_of_any_width(kind: str) -> None:
    """The narrowest integers, from their least to their greatest."""
    least = np.iinfo(kind).max - 255 if kind == "u8" else np.iinfo(kind).min
    cards = np.array([least, least + 255, least, least + 128], kind)

    columns = replay_columns(cards, np.array([4, 4, 4, 1]))

    assert list(columns.card) == [least, least + 255, least + 128]
    assert list(columns.interval_days) == [6, 1, 1]


def test_many_cards_are_sorted_exactly() -> None:
    """More cards than 16 bits can number, in no order."""
    random = np.random.default_rng(7)
    cards = random.permutation(np.repeat(np.arange(70_000), 3))
    given_grades = random.integers(0, 6, len(cards))

    fast, plain = replay_columns(cards, given_grades), replay_columns(cards.tolist(), given_grades.tolist())

    assert fast.card[0] == cards[0]
    for column in ("card", "repetitions", "ease_permille", "interval_days"):
        assert list(getattr(fast, column)) == getattr(plain, column)


@pytest.mark.parametrize("profile", ["text", "source"])
@pytest.mark.parametrize("few", [1, 96])
def test_intervals_past_64_bits_stay_exact(profile: str, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty perfect answers without days reach numbers that NumPy has no room for."""
    monkeypatch.setattr(arrays, "_FEW", few)
    sm2 = SM2(profile="text" if profile == "text" else "source")
    cards = [card for _ in range(40) for card in range(150)] + [200, 200, 200]
    answers = [5] * (len(cards) - 3) + [5, 4, 3]

    fast = replay_columns(np.array(cards), np.array(answers), sm2=sm2)

    assert fast.states() == replay_columns(cards, answers, sm2=sm2).states()
    assert fast.states()[0] == sm2.replay_grades([5] * 40)
    assert max(fast.interval_days) > 2**63


def test_days_alone_are_enough() -> None:
    """A log that knows its study days and no times."""
    days = [date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 5)]

    plain = replay_columns(["a", "a", "a"], [4, 4, 4], days)
    fast = replay_columns(np.array(["a", "a", "a"]), np.array([4, 4, 4]), np.array(days, "datetime64[D]"))

    assert plain.due == [date(2026, 3, 11)]
    assert plain.last_review is None
    assert fast.states() == plain.states()


def test_a_review_on_the_last_day_of_the_calendar_is_due_on_it() -> None:
    """One by one, as lists and as arrays."""
    days = [date(9999, 12, 30), date(9999, 12, 31)] + [date(9999, 12, 31)] * 60
    answers = [5] * len(days)

    plain = replay_columns(["a"] * len(days), answers, days)
    fast = replay_columns(np.array(["a"] * len(days)), np.array(answers), np.array(days, "datetime64[D]"))

    assert plain.due == [date.max]
    assert fast.states() == plain.states()


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Monrovia"])
def test_study_days_of_a_column_are_those_of_the_calendar(zone: str) -> None:
    """Before, at and after every change of the clocks, even one of 1972 that came within an hour."""
    calendar = StudyCalendar(zone, 2)
    instants = [datetime(1972, 1, 7, tzinfo=UTC) + timedelta(minutes=7 * step) for step in range(300)]
    instants += [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=97 * step) for step in range(5500)]
    column = np.array([at.replace(tzinfo=None) for at in instants], "datetime64[us]").astype(np.int64)

    assert study_days(column, calendar).tolist() == [calendar.ordinal_of(at) for at in instants]


@given(st.integers(0, 10**9))
def test_fuzz_of_a_column_is_that_of_an_interval(interval: int) -> None:
    """One formula, written twice."""
    assert arrays._fuzz_days(np.array([interval], np.int64)).tolist() == [fuzz_days(interval)]


NAIVE = np.array(["2026-03-01T12:00"], "datetime64[us]")


@pytest.mark.parametrize(
    ("replayed", "words"),
    [
        (lambda: replay_columns(["a"], [4, 4]), "equal length"),
        (lambda: replay_columns(["a"], [4], [date(2026, 3, 1)], at=[START]), "one of day and at"),
        (lambda: replay_columns(["a", "a"], [4, 6]), "row 1: a grade is"),
        (lambda: replay_columns(["a", "a"], [4, True]), "row 1: a grade is"),
        (lambda: replay_columns(["a"], [4], [START]), "row 0: a day is a date"),
        (lambda: replay_columns(["a"], [4], at=[date(2026, 3, 1)]), "row 0: a time is an aware"),
        (lambda: replay_columns(["a"], [4], at=[START.replace(tzinfo=None)]), "row 0: .* has no time zone"),
        (lambda: replay_columns(["a", "a"], [4, 4], at=[START, START - timedelta(1)]), "row 1: .* sort the log"),
        (lambda: replay_columns(np.array(["a"]), np.array([4, 4])), "equal length"),
        (lambda: replay_columns(np.array(["a", "a"]), np.array([4, 6])), "row 1: a grade is"),
        (lambda: replay_columns(np.array(["a"]), np.array([4.0])), "not a column of float64"),
        (lambda: replay_columns(np.array(["a"]), np.array([True])), "not a column of bool"),
        (lambda: replay_columns(np.array(["a"]), np.array([4]), np.array([7])), "days are a column"),
        (lambda: replay_columns(np.array(["a"]), np.array([4]), at=np.array([7])), "times are a column"),
        (
            lambda: replay_columns(np.array(["a"]), np.array([4]), at=NAIVE.astype("M8[s]") + 10**12),
            "outside the calendar",
        ),
        (
            lambda: replay_columns(
                np.array(["a"]), np.array([4]), at=NAIVE + 10**18, sm2=SM2(calendar=StudyCalendar("Asia/Kolkata"))
            ),
            "outside the calendar",
        ),
        (
            lambda: replay_columns(np.array(["a"]), np.array([4]), np.array(["NaT"], "M8[D]")),
            "row 0: the day is missing",
        ),
        (
            lambda: replay_columns(np.array(["a", "a"]), np.array([4, 4]), at=np.append(NAIVE, NAIVE - 1)),
            "row 1: .*sort",
        ),
        (lambda: replay_columns(np.array(["a", None], object), np.array([4, 4])), "no card"),
        (lambda: replay_columns(np.array([{}, "a"], object), np.array([4, 4])), "texts or of whole numbers"),
    ],
)
def test_an_impossible_log_is_refused(replayed: Callable[[], StateColumns], words: str) -> None:
    """With one line that names the row."""
    with pytest.raises(SchedulingError, match=words):
        replayed()


def test_other_cards_do_not_stand_in_the_order() -> None:
    """Only the reviews of one card have to be in order."""
    columns = replay_columns(
        np.array([1, 2, 1]), np.array([4, 4, 4]), at=np.array([NAIVE[0] + 5, NAIVE[0], NAIVE[0] + 6])
    )

    assert columns.states()[1].repetitions == 1


def test_arrow_columns_are_taken_as_they_are() -> None:
    """Text columns of Arrow need no copy."""
    assert (
        replay_columns(pa.array(["a", "b"]), np.array([4, 1])).states() == replay_columns(["a", "b"], [4, 1]).states()
    )


def test_without_numpy_arrays_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """And lists need nothing."""
    monkeypatch.setitem(sys.modules, "codecards.scheduling.arrays", None)

    assert len(replay_columns(["a"], [4])) == 1
    with pytest.raises(CodecardsError, match="codecards\\[batch\\]"):
        replay_columns(np.array(["a"]), np.array([4]))


def test_the_plain_path_imports_no_heavy_library() -> None:
    """Neither NumPy nor Arrow is looked for where lists are replayed."""
    source = importlib.import_module("codecards.scheduling.batch").__file__ or ""

    assert "import numpy" not in Path(source).read_text()


@pytest.mark.parametrize("cards", [[2**63 - 1, 2**63 - 2, 2**63 - 1], [-(2**63), 1 - 2**63, -(2**63)]])
def test_the_widest_numbers_stay_what_they_are(cards: list[int]) -> None:
    """At the end of 64 bits a range would turn to floats, and cards would become one."""
    states = replay_columns(np.array(cards), np.array([4, 4, 4], dtype=np.int8))

    assert sorted(np.asarray(states.card).tolist()) == sorted(set(cards))


def test_the_hour_that_autumn_repeats_is_in_order_on_columns() -> None:
    """As it is one by one."""
    chicago = ZoneInfo("America/Chicago")
    times = [datetime(2026, 11, 1, 1, 50, tzinfo=chicago), datetime(2026, 11, 1, 1, 10, tzinfo=chicago, fold=1)]

    assert replay_columns(["a", "a"], [4, 4], at=times)
    with pytest.raises(SchedulingError, match="row 1"):
        replay_columns(["a", "a"], [4, 4], at=times[::-1])
