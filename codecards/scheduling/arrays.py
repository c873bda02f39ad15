"""Replay a log with NumPy: the first review of every card at once, then the second of every card, and so on.

The arithmetic is that of `sm2_rules`, on 64-bit integers. A card whose interval could pass them, and the last few
cards with very long histories, are replayed by the plain loops instead, so that every result is exact.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import attrs
import numpy as np
import pyarrow as pa

from codecards.errors import SchedulingError
from codecards.scheduling.batch import NEW, OUT_OF_ORDER, RowError, StateColumns
from codecards.scheduling.sm2_rules import (
    EASE_CHANGE,
    FIRST_INTERVAL,
    LOWEST_EASE,
    PASS,
    SECOND_INTERVAL,
    after_days,
    after_grades,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from codecards.scheduling.calendar import StudyCalendar
    from codecards.scheduling.sm2 import SM2

__all__ = ["replay_arrays", "study_days"]

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 -- UTC is said beside it, where it is used
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_LAST_DAY = date.max.toordinal()
_HOUR = 3_600_000_000
_DAY = 24 * _HOUR
_SHORT = 1 << 16
_THOUSAND = 1000
# Fewer cards than this are faster in the plain loop than in a round of array operations.
_FEW = 96
_MOST = (1 << 63) - 1
# No interval of that many days is ever over, so that fuzz need not be computed exactly beyond.
_ENDLESS = 10**12


@attrs.define
class _Round:
    """The states of all cards while they are replayed, the cards with the longest histories first."""

    repetitions: NDArray[np.int64]
    ease: NDArray[np.int64]
    interval: NDArray[np.int64]
    due: NDArray[np.int64]


def replay_arrays(  # noqa: PLR0913 -- one for each column
    card: Any, grade: Any, day: Any = None, *, at: Any = None, practice: Any = None, sm2: SM2
) -> StateColumns:
    """Return the state of every card after a log of reviews; see `batch.replay_columns`.

    Raises:
        SchedulingError: A column has the wrong type or an impossible value.
    """
    grades = _checked_grades(np.asarray(grade))
    instants = None if at is None else _instants(np.asarray(at))
    days = study_days(instants, sm2.calendar) if instants is not None else None if day is None else _days(day)
    if days is not None and days.size and not 0 < days.min() <= days.max() <= _LAST_DAY:
        msg = "a review is outside the calendar, the years 1 to 9999; check the unit of its time"
        raise SchedulingError(msg)
    codes, names = _numbered(card)
    whens = instants if instants is not None else days
    first_rows = None
    if practice is not None:
        counted = np.flatnonzero(~np.asarray(practice, dtype=bool))
        first_rows = _first_rows(codes, len(names))
        codes, grades = codes[counted], grades[counted]
        days, whens = (None if column is None else column[counted] for column in (days, whens))
    counts = np.bincount(codes, minlength=len(names))
    rows = _stable_order(codes, len(names))
    ends = np.cumsum(counts)
    if whens is not None:
        _check_order(whens, rows, ends)
    if first_rows is None:
        # Where every row counts, the first row of a card is the first of its sorted ones.
        first_rows = np.full(len(names), len(grades), np.int64)
        first_rows[counts > 0] = rows[(ends - counts)[counts > 0]]
    named = np.argsort(first_rows, kind="stable")[: np.count_nonzero(first_rows < len(card))]
    longest_first = np.argsort(-counts, kind="stable")
    counts, ends = counts[longest_first], ends[longest_first]
    place = np.empty(len(names), np.int64)
    place[longest_first] = np.arange(len(names))
    place = place[named]
    history = _History(grades[rows], None if days is None else days[rows], ends - counts, counts, sm2)
    done, too_long = history.replayed()
    interval: NDArray[Any] = done.interval
    if too_long:
        exact = [(its, history.alone(its)) for its in too_long]
        if any(state[2] > _MOST for _, state in exact):
            interval = interval.astype(object)
        for its, state in exact:
            done.repetitions[its], done.ease[its], interval[its] = state[:3]
            done.due[its] = state[3] or 0
    last = None
    if instants is not None and whens is not None:
        last = np.full(len(names), np.datetime64("NaT", "us"))
        seen = counts > 0
        last[seen] = whens[rows[ends[seen] - 1]].astype("datetime64[us]")
    return StateColumns(
        names[named],
        done.repetitions[place],
        done.ease[place],
        interval[place],
        None if days is None else _as_dates(done.due, counts)[place],
        None if last is None else last[place],
    )


@attrs.frozen(eq=False)
class _History:
    """A log sorted by card: the card at each place has `counts` rows from `starts` on."""

    grades: NDArray[Any]
    days: NDArray[np.int64] | None
    starts: NDArray[np.int64]
    counts: NDArray[np.int64]
    sm2: SM2

    def replayed(self) -> tuple[_Round, list[int]]:
        """Return the states at the end, and the places of cards whose intervals are too long for 64 bits.

        An interval stays at the longest whose product with any ease has room in 64 bits: far past the end of the
        calendar, so that no due day depends on it, and a failure makes it exact again.
        """
        size = len(self.counts)
        new = (np.full(size, value, np.int64) for value in (*NEW, 0))
        states = _Round(*new)
        rounds = int(self.counts[0]) if size else 0
        longest = (_MOST - _THOUSAND) // (NEW[1] + max(EASE_CHANGE) * (rounds + 1))
        # How many cards have a further review, for each round.
        active = np.searchsorted(-self.counts, -np.arange(rounds), side="left")
        change = np.array(EASE_CHANGE, np.int64)
        if self.sm2.profile == "text":
            change[:PASS] = 0
        for number in range(rounds):
            count = int(active[number])
            if count < _FEW:
                for place in range(count):
                    self._finish(states, place, number, longest)
                break
            self._step(states, count, number, change, longest)
        return states, np.flatnonzero(states.interval >= longest).tolist()

    def alone(self, place: int, skip: int = 0, start: tuple[int, int, int, int | None] = (*NEW, None)) -> Any:
        """Return repetitions, ease, interval and due day of one card, in Python's integers.

        Args:
            place: The place of the card.
            skip: How many of its reviews are in `start` already.
            start: Its state after them.
        """
        rows = slice(int(self.starts[place]) + skip, int(self.starts[place] + self.counts[place]))
        is_text, longest = self.sm2.profile == "text", self.sm2.max_interval_days
        grades = self.grades[rows].tobytes()
        if self.days is None:
            return (*after_grades(start[:3], grades, is_text=is_text, longest=longest), None)
        days = self.days[rows].tolist()
        return after_days(start[:3], start[3], grades, days, is_text=is_text, longest=longest, fuzz=self.sm2.fuzz)

    def _finish(self, states: _Round, place: int, skip: int, longest: int) -> None:
        """Take all reviews of one card from the one with the number `skip` on."""
        columns = (states.repetitions, states.ease, states.interval, states.due)
        start = tuple(int(column[place]) for column in columns)
        ended = self.alone(place, skip, (start[0], start[1], start[2], start[3] or None))
        for column, value in zip(columns, (*ended[:2], min(ended[2], longest), ended[3] or 0), strict=True):
            column[place] = value

    def _step(self, states: _Round, count: int, number: int, change: NDArray[np.int64], longest: int) -> None:
        """Take the review with this number of the first `count` cards; the same rule as `sm2_rules.step`."""
        at = self.starts[:count] + number
        grade = self.grades.take(at)
        repetitions, ease, interval = states.repetitions[:count], states.ease[:count], states.interval[:count]
        # Masks as numbers: multiplying by 0 or 1 takes a third of the time of choosing by a mask.
        passed = (grade >= PASS).astype(np.int64)
        longer = interval * ease
        if self.sm2.profile == "text":
            longer += _THOUSAND - 1
            longer //= _THOUSAND
        else:
            longer, rest = np.divmod(longer, _THOUSAND)
            longer += 2 * rest + (longer & 1) > _THOUSAND
        is_second = (repetitions == 1).astype(np.int64)
        longer *= repetitions > 1
        longer += SECOND_INTERVAL * is_second
        following = repetitions + 1
        if self.days is not None:
            due, day = states.due[:count], self.days.take(at)
            early = (day < (due - _fuzz_days(interval) if self.sm2.fuzz else due)) & (repetitions > 0)
            np.copyto(longer, interval, where=early)
            following -= is_second * early
        # A new card and a failed one are left with 0, and start with the first interval.
        longer *= passed
        np.maximum(longer, FIRST_INTERVAL, out=longer)
        np.minimum(longer, min(self.sm2.max_interval_days or longest, longest), out=longer)
        np.multiply(following, passed, out=repetitions)
        interval[:] = longer
        ease += change.take(grade)
        np.maximum(ease, LOWEST_EASE, out=ease)
        if self.days is not None:
            np.add(np.minimum(longer, _LAST_DAY - day), day, out=due)


def study_days(instants: NDArray[np.int64], calendar: StudyCalendar) -> NDArray[np.int64]:
    """Return the study day of each instant, as ordinals; the same as `StudyCalendar.ordinal_of`.

    Args:
        instants: Microseconds since 1970, UTC.
        calendar: Whose days.

    Raises:
        SchedulingError: An instant is past the end of the calendar.
    """
    local = instants if calendar.zone == "UTC" else instants + _offsets(instants, ZoneInfo(calendar.zone))
    return (local - calendar.rollover_hour * _HOUR) // _DAY + _EPOCH_ORDINAL


def _offsets(instants: NDArray[np.int64], zone: ZoneInfo) -> NDArray[np.int64]:
    """Return the offset of each instant's local time from UTC, in microseconds."""
    hours, which = np.unique(instants // _HOUR, return_inverse=True)
    first = np.array([_offset(int(hour) * _HOUR, zone) for hour in hours], np.int64)
    after = np.array([_offset(int(hour + 1) * _HOUR - 1, zone) for hour in hours], np.int64)
    offsets = first[which]
    # Clocks mostly change on the hour; where they do within one, every instant of it is asked about.
    for row in np.flatnonzero((first != after)[which]):
        offsets[row] = _offset(int(instants[row]), zone)
    return offsets


def _offset(instant: int, zone: ZoneInfo) -> int:
    try:
        utc = (_EPOCH + timedelta(microseconds=instant)).replace(tzinfo=ZoneInfo("UTC"))
        offset = utc.astimezone(zone).utcoffset()
    except OverflowError:
        msg = f"{instant} microseconds since 1970 is outside the calendar; give times of our own age"
        raise SchedulingError(msg) from None
    return (offset or timedelta()) // timedelta(microseconds=1)


def _checked_grades(grades: NDArray[Any]) -> NDArray[Any]:
    if grades.size and grades.dtype.kind not in "iu":
        msg = f"grades are whole numbers from 0 to 5, not a column of {grades.dtype}"
        raise SchedulingError(msg)
    if grades.size and not 0 <= int(grades.min()) <= int(grades.max()) < len(EASE_CHANGE):
        row = int(np.argmax((grades < 0) | (grades >= len(EASE_CHANGE))))
        raise RowError(row, f"a grade is a whole number from 0 (blackout) to 5 (perfect), not {grades[row]}")
    return grades.astype(np.uint8)


def _instants(at: NDArray[Any]) -> NDArray[np.int64]:
    if at.dtype.kind != "M":
        msg = f"times are a column of datetime64 in UTC, not of {at.dtype}"
        raise SchedulingError(msg)
    _check_present(at, "time")
    return at.astype("datetime64[us]").astype(np.int64)


def _days(day: Any) -> NDArray[np.int64]:
    days = np.asarray(day)
    if days.dtype.kind != "M" and days.size:
        msg = f"days are a column of datetime64[D], not of {days.dtype}"
        raise SchedulingError(msg)
    days = days.astype("datetime64[D]")
    _check_present(days, "day")
    return days.astype(np.int64) + _EPOCH_ORDINAL


def _check_present(column: NDArray[Any], what: str) -> None:
    missing = np.isnat(column)
    if missing.any():
        raise RowError(int(np.argmax(missing)), f"the {what} is missing")


def _check_order(whens: NDArray[np.int64], rows: NDArray[np.int64], ends: NDArray[np.int64]) -> None:
    sorted_whens = whens[rows]
    back = sorted_whens[1:] < sorted_whens[:-1]
    back[ends[(ends > 0) & (ends < len(rows))] - 1] = False
    if back.any():
        raise RowError(int(rows[1:][back].min()), OUT_OF_ORDER)


def _numbered(card: Any) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return a number for each row's card, and what the card of each number is called; not every number need occur."""
    cards = np.asarray(card)
    if cards.dtype.kind in "iu" and cards.size:
        least, most = int(cards.min()), int(cards.max())
        if most - least < max(4 * cards.size, _SHORT):
            # Counted from 0 and moved: a range that ends at the widest number would turn to floats.
            names: NDArray[Any] = np.arange(most - least + 1, dtype=cards.dtype) + cards.dtype.type(least)
            small = np.uint16 if most - least < _SHORT else np.int64
            # Narrow integers would wrap around; the widest ones cannot, and are not copied first.
            wide = cards if cards.itemsize == np.dtype(np.int64).itemsize else cards.astype(np.int64)
            return (wide - wide.dtype.type(least)).astype(small), names
    try:
        encoded = pa.array(card if isinstance(card, pa.Array) else cards).dictionary_encode()
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        msg = f"cards are a column of texts or of whole numbers ({' '.join(str(error).split())})"
        raise SchedulingError(msg) from None
    if encoded.null_count:
        msg = "a row has no card; give every review its card id"
        raise SchedulingError(msg)
    names = encoded.dictionary.to_numpy(zero_copy_only=False)
    return encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64), names


def _first_rows(codes: NDArray[Any], size: int) -> NDArray[np.int64]:
    """Return the first row of each number; the count of rows where it does not occur."""
    first = np.full(size, len(codes), np.int64)
    # Written from the last row to the first, so that the first stays.
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return first


def _stable_order(keys: NDArray[Any], size: int) -> NDArray[np.int64]:
    """Return the rows in the order of their keys, by radix sort: NumPy has one for 16 bits."""
    order = np.argsort(keys.astype(np.uint16, copy=False), kind="stable")
    shift = 16
    while (size - 1) >> shift > 0:
        order = order[np.argsort((keys >> shift).astype(np.uint16)[order], kind="stable")]
        shift += 16
    return order


def _fuzz_days(interval: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return `fuzz.fuzz_days` of each interval."""
    thousandths = np.minimum(interval, _ENDLESS) * 1000
    most = 1000 + np.maximum(0, np.minimum(thousandths, 7_000) - 2_500) * 15 // 100
    most += np.maximum(0, np.minimum(thousandths, 20_000) - 7_000) * 10 // 100
    most += np.maximum(0, thousandths - 20_000) * 5 // 100
    return np.where(interval < 3, 0, (most + 500) // 1000)  # noqa: PLR2004 -- as in fuzz.py, which tests hold it to


def _as_dates(due: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[Any]:
    dates = (due - _EPOCH_ORDINAL).astype("datetime64[D]")
    dates[counts == 0] = np.datetime64("NaT")
    return dates
