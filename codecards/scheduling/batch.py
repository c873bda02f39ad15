"""Many cards at once: a review log as columns in, the states of all cards as columns out.

Lists are replayed in plain Python; NumPy arrays (the extra ``codecards[batch]``) with NumPy, many times faster. Both
give, for every history, what `SM2.review` gives one by one: early, late and practice reviews included.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Protocol, TypeVar

import attrs

from codecards.errors import MissingExtraError, SchedulingError
from codecards.scheduling.calendar import is_before
from codecards.scheduling.grades import Grade, grades_as_bytes
from codecards.scheduling.sm2 import SM2
from codecards.scheduling.sm2_rules import after_days, after_grades
from codecards.scheduling.state import MemoryState

__all__ = ["Column", "RowError", "StateColumns", "replay_columns"]

Item_co = TypeVar("Item_co", covariant=True)
Item = TypeVar("Item")

NEW = (0, 2500, 0)
OUT_OF_ORDER = "its review comes before an earlier row of the same card; sort the log by time"


class RowError(SchedulingError):
    """A row of a log that the scheduler refuses.

    Args:
        row: Which one, counted from 0.
        problem: What is wrong with it.
    """

    def __init__(self, row: int, problem: str) -> None:
        super().__init__(f"row {row}: {problem}")
        self.row = row
        self.problem = problem


class Column(Protocol[Item_co]):
    """A list, or a one-dimensional NumPy array."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Item_co]: ...

    def __getitem__(self, index: int, /) -> Item_co: ...


@attrs.frozen(eq=False)
class StateColumns:
    """The states of many cards, as columns of equal length: lists, or NumPy arrays.

    Args:
        card: The ids of the cards, each once, in the order of their first reviews.
        repetitions: Successful reviews in a row.
        ease_permille: The E-Factor in thousandths.
        interval_days: Days from the last review to the next one. As an array it holds Python
            integers where an interval passes the 63 bits of NumPy's.
        due: The study day of the next review: dates or None, ``datetime64[D]`` as an array.
            None where the log has no days.
        last_review: When each card was last reviewed: datetimes or None, ``datetime64[us]`` in
            UTC as an array. None where the log has no times.
    """

    card: Column[Hashable]
    repetitions: Column[int]
    ease_permille: Column[int]
    interval_days: Column[int]
    due: Column[object] | None = None
    last_review: Column[object] | None = None

    def __len__(self) -> int:
        return len(self.card)

    def states(self) -> dict[Hashable, MemoryState]:
        """Return the states one by one, by card id."""
        nothing = [None] * len(self)
        columns: list[Iterable[object]] = [
            _plain(column)
            for column in (
                self.card,
                self.repetitions,
                self.ease_permille,
                self.interval_days,
                nothing if self.due is None else self.due,
                nothing if self.last_review is None else self.last_review,
            )
        ]
        return {
            card: MemoryState(repetitions, ease, interval, due, at and at.replace(tzinfo=at.tzinfo or UTC))
            for card, repetitions, ease, interval, due, at in zip(*columns, strict=True)
        }


def replay_columns(  # noqa: PLR0913 -- one for each column
    card: Column[Hashable],
    grade: Column[int],
    day: Column[object] | None = None,
    *,
    at: Column[object] | None = None,
    practice: Column[bool] | None = None,
    sm2: SM2 | None = None,
) -> StateColumns:
    """Return the state of every card after a log of reviews, given as columns of equal length.

    The reviews of a card are in order; those of different cards may be mixed. Give lists, or
    NumPy arrays: integers or text for cards, integers for grades.

    Args:
        card: Which card was reviewed.
        grade: How well it was recalled, 0 to 5.
        day: The study day of each review: dates, or ``datetime64[D]``. Without it and without
            `at`, each review is taken as given on its due day.
        at: Instead of `day`, when each review was given: aware datetimes, or ``datetime64`` in UTC.
        practice: Whether a review is only logged; none is without it.
        sm2: The scheduler; SM-2 as it comes without it.

    Raises:
        SchedulingError: The columns differ in length, or hold an impossible grade or
            time, or the reviews of a card out of order; the message names the row.
        MissingExtraError: Arrays were given, and NumPy or PyArrow is not installed.

    >>> columns = replay_columns(["a", "b", "a", "a"], [5, 1, 4, 3])
    >>> columns.card, columns.interval_days
    (['a', 'b'], [16, 1])
    """
    sm2 = sm2 or SM2()
    if day is not None and at is not None:
        msg = "a log is replayed by its days or by its times; give one of day and at"
        raise SchedulingError(msg)
    for name, column in (("grade", grade), ("day", day), ("at", at), ("practice", practice)):
        if column is not None and len(column) != len(card):
            msg = f"the column {name} has {len(column)} rows, card has {len(card)}; give columns of equal length"
            raise SchedulingError(msg)
    if any(hasattr(column, "__array__") for column in (card, grade, day, at, practice)):
        try:
            from codecards.scheduling.arrays import replay_arrays
        except ImportError:
            msg = "columns as arrays need NumPy and PyArrow; install them with: pip install 'codecards[batch]'"
            raise MissingExtraError(msg) from None
        return replay_arrays(card, grade, day, at=at, practice=practice, sm2=sm2)
    return _replay_lists(card, grade, day, at, practice, sm2)


def _replay_lists(  # noqa: PLR0913, PLR0917 -- one for each column
    card: Column[Hashable],
    grade: Column[int],
    day: Column[object] | None,
    at: Column[object] | None,
    practice: Column[bool] | None,
    sm2: SM2,
) -> StateColumns:
    rows: dict[Hashable, list[int]] = {}
    for row, one in enumerate(card):
        rows.setdefault(one, []).append(row)
    if practice is not None:
        rows = {one: [row for row in its if not practice[row]] for one, its in rows.items()}
    grades = _checked_grades(grade)
    whens = day if at is None else at
    days = None if whens is None else [_ordinal(when, row, sm2, is_day=at is None) for row, when in enumerate(whens)]
    ended = [_ended(its, grades, whens, days, sm2) for its in rows.values()]
    repetitions, eases, intervals, dues = (list(column) for column in zip(*ended, strict=True)) if ended else ([],) * 4
    return StateColumns(
        list(rows),
        repetitions,
        eases,
        intervals,
        None if days is None else [None if due is None else date.fromordinal(due) for due in dues],
        None if at is None else [at[its[-1]] if its else None for its in rows.values()],
    )


def _ended(
    rows: list[int],
    grades: bytes,
    whens: Column[object] | None,
    days: list[int] | None,
    sm2: SM2,
) -> tuple[int, int, int, int | None]:
    """Return repetitions, ease, interval and due day of one card after its rows."""
    is_text, longest = sm2.profile == "text", sm2.max_interval_days
    its_grades = bytes([grades[row] for row in rows])
    if days is None or whens is None:
        return (*after_grades(NEW, its_grades, is_text=is_text, longest=longest), None)
    for before, row in pairwise(rows):
        if _comes_before(whens[row], whens[before]):
            raise RowError(row, OUT_OF_ORDER)
    its_days = [days[row] for row in rows]
    return after_days(NEW, None, its_grades, its_days, is_text=is_text, longest=longest, fuzz=sm2.fuzz)


def _comes_before(one: object, other: object) -> bool:
    if isinstance(one, datetime) and isinstance(other, datetime):
        return is_before(one, other)
    return one < other  # type: ignore[operator, no-any-return]  # _ordinal has seen that they are days


def _checked_grades(grades: Column[int]) -> bytes:
    try:
        return grades_as_bytes(grades)
    except SchedulingError:
        for row, grade in enumerate(grades):
            try:
                Grade.checked(grade)
            except SchedulingError as error:
                raise RowError(row, str(error)) from None
        raise


def _ordinal(when: object, row: int, sm2: SM2, *, is_day: bool) -> int:
    if is_day and type(when) is date:
        return when.toordinal()
    if not is_day and isinstance(when, datetime):
        try:
            return sm2.calendar.ordinal_of(when)
        except SchedulingError as error:
            raise RowError(row, str(error)) from None
    raise RowError(row, f"{'a day is a date' if is_day else 'a time is an aware datetime'}, not {when!r:.80}")


def _plain(column: Iterable[Item]) -> Iterable[Item]:
    """Return an array as a list of Python's own values, and a list as it is."""
    values: Iterable[Item] = getattr(column, "tolist", lambda: column)()
    return values
