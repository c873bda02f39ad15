"""SM-2 in integers: P. A. Wozniak's algorithm of 1990, without float drift.

Ease is a whole number of thousandths and every interval is rounded exactly, so that the same grades
give the same days on every machine, today and in ten years.

Two profiles differ where the author's text and the author's code do:

===================  ============================  =======================================
.                    ``text`` (the default)        ``source``
===================  ============================  =======================================
source               Wozniak 1990, rules 3, 5, 6   Wozniak's published SuperMemo 2 plug-in
interval, n > 2      interval x ease, rounded up   interval x ease, rounded half to even
ease after a lapse   unchanged                     lowered like after any grade
===================  ============================  =======================================

Both use the ease held before the review for the interval, and start again at one day after a lapse.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Literal

import attrs

from codecards.errors import SchedulingError
from codecards.scheduling.calendar import StudyCalendar
from codecards.scheduling.grades import Grade
from codecards.scheduling.state import MemoryState

__all__ = ["SM2", "Profile"]

Profile = Literal["text", "source"]

# EF' = EF + (0.1 - (5 - q) * (0.08 + (5 - q) * 0.02)), for q from 0 to 5, in thousandths. Wozniak 1990, rule 5.
_EASE_CHANGE = (-800, -540, -320, -140, 0, 100)
_LOWEST_EASE = 1300
_FIRST_INTERVAL = 1
_SECOND_INTERVAL = 6
_PASS = 3
_THOUSAND = 1000


def _longest(_: object, __: object, days: int | None) -> None:
    if days is not None and (type(days) is not int or days < _FIRST_INTERVAL):
        msg = f"a longest interval is a whole number of days, 1 or more, or None; not {days!r}"
        raise SchedulingError(msg)


def _profile(_: object, __: object, profile: str) -> None:
    if profile not in ("text", "source"):
        msg = f"no SM-2 profile is called {profile!r}; choose text or source"
        raise SchedulingError(msg)


@attrs.frozen
class SM2:
    """The SM-2 scheduler. It holds no state of its own: every method is a pure function.

    Args:
        profile: Which of the author's two statements of the rules to follow.
        calendar: Which day a review belongs to.
        max_interval_days: The longest interval it gives, or None: the rules set no ceiling.

    Raises:
        SchedulingError: An argument is out of its range.

    >>> from datetime import UTC, datetime
    >>> sm2 = SM2()
    >>> state = sm2.review(sm2.new_state(), Grade.GOOD, at=datetime(2026, 3, 1, 12, tzinfo=UTC))
    >>> state.interval_days, state.due.isoformat()
    (1, '2026-03-02')
    """

    profile: Profile = attrs.field(default="text", validator=_profile)
    calendar: StudyCalendar = attrs.field(factory=StudyCalendar)
    max_interval_days: int | None = attrs.field(default=None, validator=_longest)

    def new_state(self) -> MemoryState:
        """Return the state of a card that was never reviewed."""
        return MemoryState()

    def review(self, state: MemoryState, grade: Grade | int, *, at: datetime) -> MemoryState:
        """Return the state of a card after one more review.

        Args:
            state: The state before it; it is left as it was.
            grade: How well the answer was recalled, 0 to 5.
            at: When it was given: an aware datetime, not before the last review.

        Raises:
            SchedulingError: The grade or the time is not possible.
        """
        grade = Grade.checked(grade)
        day = self.calendar.day_of(at)
        if state.last_review is not None and at < state.last_review:
            msg = f"a review at {at} cannot follow the one at {state.last_review}; replay them in order"
            raise SchedulingError(msg)
        repetitions, ease, interval = self._step(state.repetitions, state.ease_permille, state.interval_days, grade)
        # Thirteen perfect answers in a row reach past the last day that Python knows; such a card is due on it.
        due = day + timedelta(days=min(interval, (date.max - day).days))
        return MemoryState(repetitions, ease, interval, due, at)

    def preview(self, state: MemoryState, *, at: datetime) -> dict[Grade, MemoryState]:
        """Return the state that each grade would lead to, by grade.

        Args:
            state: The state now.
            at: When the answer would be given.

        Raises:
            SchedulingError: The time is not possible.
        """
        return {grade: self.review(state, grade, at=at) for grade in Grade}

    def replay_grades(self, grades: Iterable[Grade | int], start: MemoryState | None = None) -> MemoryState:
        """Return repetitions, ease and interval after a history of grades, without days.

        Args:
            grades: The grades, 0 to 5, oldest first.
            start: The state before them; a new card's without it.

        Raises:
            SchedulingError: A grade is not possible.

        >>> SM2().replay_grades([5, 4, 3]).interval_days
        16
        """
        state = start or self.new_state()
        repetitions, ease, interval = state.repetitions, state.ease_permille, state.interval_days
        for grade in grades:
            repetitions, ease, interval = self._step(repetitions, ease, interval, Grade.checked(grade))
        return MemoryState(repetitions, ease, interval)

    def _step(self, repetitions: int, ease: int, interval: int, grade: int) -> tuple[int, int, int]:
        """Return repetitions, ease (thousandths) and interval (days) after one grade."""
        changed = max(_LOWEST_EASE, ease + _EASE_CHANGE[grade])
        if grade < _PASS:
            return 0, ease if self.profile == "text" else changed, _FIRST_INTERVAL
        if repetitions == 0:
            interval = _FIRST_INTERVAL
        elif repetitions == 1:
            interval = _SECOND_INTERVAL
        elif self.profile == "text":
            interval = _rounded_up(interval * ease)
        else:
            interval = _rounded_half_even(interval * ease)
        if self.max_interval_days is not None:
            interval = min(interval, self.max_interval_days)
        return repetitions + 1, changed, interval


def _rounded_up(thousandths: int) -> int:
    return -(-thousandths // _THOUSAND)


def _rounded_half_even(thousandths: int) -> int:
    whole, rest = divmod(thousandths, _THOUSAND)
    return whole + (2 * rest + (whole & 1) > _THOUSAND)
