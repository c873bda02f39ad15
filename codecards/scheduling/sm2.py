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
from datetime import date, datetime
from typing import Literal

import attrs

from codecards.errors import SchedulingError
from codecards.scheduling import scheduler
from codecards.scheduling.calendar import StudyCalendar, is_before
from codecards.scheduling.fuzz import fuzz_days
from codecards.scheduling.grades import Grade, grades_as_bytes
from codecards.scheduling.scheduler import Answer
from codecards.scheduling.sm2_rules import after_grades, step
from codecards.scheduling.state import MemoryState, state_of

__all__ = ["SM2", "Profile"]

Profile = Literal["text", "source"]

_LAST_DAY = date.max.toordinal()


def _longest(_: object, __: object, days: int | None) -> None:
    if days is not None and (type(days) is not int or days < 1):
        msg = f"a longest interval is a whole number of days, 1 or more, or None; not {days!r}"
        raise SchedulingError(msg)


def _profile(_: object, __: object, profile: str) -> None:
    if profile not in ("text", "source"):
        msg = f"no SM-2 profile is called {profile!r}; choose text or source"
        raise SchedulingError(msg)


def _whether(_: object, __: object, fuzz: object) -> None:
    if type(fuzz) is not bool:
        msg = f"fuzz is True or False, not {fuzz!r}"
        raise SchedulingError(msg)


@attrs.frozen
class SM2:
    """The SM-2 scheduler. It holds no state of its own: every method is a pure function.

    A review on or after its due day multiplies the interval that was scheduled, however late it is. An early one
    counts, but does not multiply an interval that is not over: ``docs/scheduler.md`` says what it does.

    Args:
        profile: Which of the author's two statements of the rules to follow.
        calendar: Which day a review belongs to.
        max_interval_days: The longest interval it gives, or None: the rules set no ceiling.
        fuzz: Whether cards are shown on their `fuzzed_due` day: then a review within the fuzz
            before its due day counts as due. States hold the exact days either way.

    Raises:
        SchedulingError: An argument is out of its range.

    >>> from datetime import UTC, datetime
    >>> sm2 = SM2()
    >>> state = sm2.review(sm2.new_state(), Grade.GOOD, at=datetime(2026, 3, 1, 12, tzinfo=UTC))
    >>> state.interval_days, state.due.isoformat()
    (1, '2026-03-02')
    """

    profile: Profile = attrs.field(default="text", validator=_profile)
    calendar: StudyCalendar = attrs.field(factory=StudyCalendar, validator=attrs.validators.instance_of(StudyCalendar))
    max_interval_days: int | None = attrs.field(default=None, validator=_longest)
    fuzz: bool = attrs.field(default=False, validator=_whether)

    @property
    def name(self) -> str:
        """What to call the scheduler beside the states it made: ``sm2-text`` or ``sm2-source``."""
        return f"sm2-{self.profile}"

    def new_state(self) -> MemoryState:
        """Return the state of a card that was never reviewed."""
        return MemoryState()

    def read_state(self, data: object) -> MemoryState:
        """Return the state that `MemoryState.to_dict` stored.

        Raises:
            SchedulingError: It is no stored state.
        """
        return MemoryState.from_dict(data)

    def review(self, state: MemoryState, grade: Grade | int, *, at: datetime) -> MemoryState:
        """Return the state of a card after one more review.

        Args:
            state: The state before it; it is left as it was.
            grade: How well the answer was recalled, 0 to 5.
            at: When it was given: an aware datetime, not before the last review.

        Raises:
            SchedulingError: The grade or the time is not possible.
        """
        if type(grade) is not Grade:
            grade = Grade.checked(grade)
        day = self.calendar.ordinal_of(at)
        last_review = state.last_review
        due = state.due
        interval = state.interval_days
        if last_review is not None and is_before(at, last_review):
            msg = f"a review at {at} cannot follow the one at {last_review}; replay them in order"
            raise SchedulingError(msg)
        is_early = due is not None and day < due.toordinal() - (fuzz_days(interval) if self.fuzz else 0)
        repetitions, ease, interval = step(
            state.repetitions, state.ease_permille, interval, grade, self.profile == "text", is_early
        )
        if self.max_interval_days is not None and interval > self.max_interval_days:
            interval = self.max_interval_days
        # Thirteen perfect answers in a row reach past the last day that Python knows; such a card is due on it.
        due = date.fromordinal(day + interval if interval <= _LAST_DAY - day else _LAST_DAY)
        return state_of(repetitions, ease, interval, due, at)

    def preview(self, state: MemoryState, *, at: datetime) -> dict[Grade, MemoryState]:
        """Return the state that each grade would lead to, by grade.

        Args:
            state: The state now.
            at: When the answer would be given.

        Raises:
            SchedulingError: The time is not possible.
        """
        return {grade: self.review(state, grade, at=at) for grade in Grade}

    def replay(self, reviews: Iterable[Answer], start: MemoryState | None = None) -> MemoryState:
        """Return the state after the history of one card.

        Args:
            reviews: The history, oldest first, as `Review` or as pairs of grade and time;
                practice reviews are passed over.
            start: The state before it; a new card's without it.

        Raises:
            SchedulingError: The history is out of order, of several cards, or holds an
                impossible grade or time; the message says at which place.
        """
        return scheduler.replay(self, reviews, start)

    def undo(self, reviews: Iterable[Answer]) -> MemoryState:
        """Return the state after the history of one card without its last review.

        Args:
            reviews: The history, oldest first.

        Raises:
            SchedulingError: There is nothing to undo, or the history cannot be replayed.
        """
        return scheduler.undo(self, reviews)

    def replay_grades(self, grades: Iterable[Grade | int], start: MemoryState | None = None) -> MemoryState:
        """Return repetitions, ease and interval after a history of grades, without days.

        Args:
            grades: The grades, 0 to 5, oldest first; each is taken as given on its due day.
            start: The state before them; a new card's without it.

        Raises:
            SchedulingError: A grade is not possible.

        >>> SM2().replay_grades([5, 4, 3]).interval_days
        16
        """
        state = self.new_state() if start is None else start
        before = state.repetitions, state.ease_permille, state.interval_days
        repetitions, ease, interval = after_grades(
            before, grades_as_bytes(grades), is_text=self.profile == "text", longest=self.max_interval_days
        )
        return MemoryState(repetitions, ease, interval)

    def predicted_recall(self, state: MemoryState, *, at: datetime, anchor: float = 0.9) -> float:
        """Return how likely a card is remembered at a time: ``anchor ** (elapsed days / interval)``.

        This is a convention, not a part of SM-2, which predicts nothing: it takes a card on its due day as
        remembered with the probability `anchor`, and lets that fall exponentially.

        Args:
            state: The state of a card that was reviewed.
            at: The time to predict for, not before the last review. Days are study days.
            anchor: The recall on the due day, between 0 and 1.

        Raises:
            SchedulingError: The card was never reviewed, or the time or the anchor is not possible.

        Source: the SRS benchmark turns SM-2 intervals into probabilities this way, with 0.9.
        """
        if state.last_review is None or state.interval_days < 1:
            msg = "a card that was never reviewed has no predicted recall; review it first"
            raise SchedulingError(msg)
        if not 0 < anchor < 1:
            msg = f"an anchor is a probability between 0 and 1, such as 0.9, not {anchor!r}"
            raise SchedulingError(msg)
        today = self.calendar.ordinal_of(at)
        if is_before(at, state.last_review):
            msg = f"{at} is before the last review at {state.last_review}; predict for a later time"
            raise SchedulingError(msg)
        elapsed = max(0, today - self.calendar.ordinal_of(state.last_review))
        return float(anchor ** (elapsed / state.interval_days))
