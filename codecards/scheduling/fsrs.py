"""FSRS behind the same protocol as SM-2, through the package ``fsrs`` (the extra ``codecards[fsrs]``).

What is ours here is time and storage. The package counts whole days of 24 hours between two instants; we hand it
the study days instead, so that an evening and the morning after are a day apart, and one long evening is none. Its
learning steps of minutes are off, since the drill is beside the state here as with SM-2, and so is its fuzz, which
cannot be repeated: every state follows from the log alone.

=====  ===========  =========================================================
grade  FSRS rating  why
=====  ===========  =========================================================
0-2    Again        not recalled; FSRS does not ask how far off it was
3      Hard         recalled with serious difficulty
4      Good         recalled
5      Easy         recalled at once
=====  ===========  =========================================================
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
import json
import math
from typing import TYPE_CHECKING, Any, Final, Literal, TypedDict

import attrs

from codecards.errors import MissingExtraError, SchedulingError
from codecards.scheduling import scheduler
from codecards.scheduling.calendar import StudyCalendar, is_before
from codecards.scheduling.grades import Grade
from codecards.scheduling.records import Layout, brought_forward, from_json_text, instant, study_day, whole_number
from codecards.scheduling.scheduler import Answer

if TYPE_CHECKING:
    import fsrs

__all__ = ["FSRS", "FSRSState", "FSRSStateRecord"]

VERSION: Final = 1

# From grade to the number of an FSRS rating: Again 1, Hard 2, Good 3, Easy 4.
_RATINGS = (1, 1, 1, 2, 3, 4)
_LONGEST = 36_500


class FSRSStateRecord(TypedDict):
    """An FSRS state as it is stored: plain JSON values."""

    version: Literal[1]
    stability: float | None
    difficulty: float | None
    interval_days: int
    due: str | None
    last_review: str | None


@attrs.frozen
class FSRSState:
    """What FSRS knows of one card.

    Args:
        stability: Days until recall falls to 90 %, or None before the first review.
        difficulty: From 1 to 10, or None before the first review.
        interval_days: Days from the last review to the next one; 0 before the first.
        due: The study day of the next review, or None for a card never reviewed.
        last_review: When it was last reviewed, or None.
    """

    stability: float | None = None
    difficulty: float | None = None
    interval_days: int = 0
    due: date | None = None
    last_review: datetime | None = None

    def to_dict(self) -> FSRSStateRecord:
        """Return the state as a dictionary of plain JSON values, with the version of its layout."""
        return {
            "version": VERSION,
            "stability": self.stability,
            "difficulty": self.difficulty,
            "interval_days": self.interval_days,
            "due": self.due.isoformat() if self.due else None,
            "last_review": self.last_review.isoformat() if self.last_review else None,
        }

    @classmethod
    def from_dict(cls, data: object) -> FSRSState:
        """Return the state that `to_dict` stored.

        Args:
            data: The dictionary.

        Raises:
            SchedulingError: It is no stored state.
        """
        record = brought_forward(data, "an FSRS state", _LAYOUTS)
        due, last_review = record["due"], record["last_review"]
        memory = record["stability"], record["difficulty"]
        if len({value is None for value in (*memory, due, last_review)}) > 1:
            msg = "an FSRS state is stored with stability, difficulty, due and last_review, or with none of them"
            raise SchedulingError(msg)
        return cls(
            stability=None if memory[0] is None else _positive(memory[0], "stability"),
            difficulty=None if memory[1] is None else _positive(memory[1], "difficulty"),
            interval_days=whole_number(record["interval_days"], "interval_days"),
            due=None if due is None else study_day(due, "due"),
            last_review=None if last_review is None else instant(last_review, "last_review"),
        )

    def to_json(self) -> str:
        """Return the state as one line of JSON."""
        return json.dumps(self.to_dict())

    @classmethod
    def from_json(cls, text: str | bytes) -> FSRSState:
        """Return the state that `to_json` wrote.

        Raises:
            SchedulingError: It is no stored state.
        """
        return cls.from_dict(from_json_text(text, "an FSRS state"))


def _engine(ours: FSRS) -> fsrs.Scheduler:
    try:
        import fsrs
    except ImportError:
        msg = "FSRS needs the package fsrs; install it with: pip install 'codecards[fsrs]'"
        raise MissingExtraError(msg) from None
    if not 0 < ours.desired_retention < 1:
        msg = f"a desired retention is a probability between 0 and 1, such as 0.9, not {ours.desired_retention!r}"
        raise SchedulingError(msg)
    if type(ours.max_interval_days) is not int or ours.max_interval_days < 1:
        msg = f"a longest interval is a whole number of days, 1 or more, not {ours.max_interval_days!r}"
        raise SchedulingError(msg)
    try:
        return fsrs.Scheduler(
            parameters=fsrs.Scheduler().parameters if ours.parameters is None else ours.parameters,
            desired_retention=ours.desired_retention,
            learning_steps=(),
            relearning_steps=(),
            maximum_interval=ours.max_interval_days,
            enable_fuzzing=False,
        )
    except (ValueError, TypeError) as error:
        msg = f"FSRS refuses its parameters: {' '.join(str(error).split())}"
        raise SchedulingError(msg) from None


@attrs.frozen
class FSRS:
    """The FSRS scheduler. It holds no state of its own: every method is a pure function.

    Args:
        calendar: Which day a review belongs to.
        desired_retention: How likely a card is to be remembered on its due day, between 0 and 1.
        max_interval_days: The longest interval it gives.
        parameters: The weights of the model, such as its optimizer finds; the package's own without them.

    Raises:
        MissingExtraError: The package fsrs is not installed.
        SchedulingError: An argument is out of its range.

    >>> state = FSRS().review(FSRSState(), Grade.GOOD, at=datetime(2026, 3, 1, 12, tzinfo=UTC))
    >>> state.due.isoformat()
    '2026-03-03'
    """

    calendar: StudyCalendar = attrs.field(factory=StudyCalendar)
    desired_retention: float = 0.9
    max_interval_days: int = _LONGEST
    parameters: tuple[float, ...] | None = None
    _fsrs: Any = attrs.field(init=False, eq=False, repr=False, default=attrs.Factory(_engine, takes_self=True))

    @property
    def name(self) -> str:
        """What to call the scheduler beside the states it made: ``fsrs``."""
        return "fsrs"

    def new_state(self) -> FSRSState:
        """Return the state of a card that was never reviewed."""
        return FSRSState()

    def read_state(self, data: object) -> FSRSState:
        """Return the state that `FSRSState.to_dict` stored.

        Raises:
            SchedulingError: It is no stored state.
        """
        return FSRSState.from_dict(data)

    def review(self, state: FSRSState, grade: Grade | int, *, at: datetime) -> FSRSState:
        """Return the state of a card after one more review.

        Args:
            state: The state before it; it is left as it was.
            grade: How well the answer was recalled, 0 to 5.
            at: When it was given: an aware datetime, not before the last review.

        Raises:
            SchedulingError: The grade or the time is not possible.
        """
        import fsrs

        rating = fsrs.Rating(_RATINGS[Grade.checked(grade)])
        day = self._midnight(at)
        if state.last_review is not None and is_before(at, state.last_review):
            msg = f"a review at {at} cannot follow the one at {state.last_review}; replay them in order"
            raise SchedulingError(msg)
        try:
            card, _ = self._fsrs.review_card(self._card(state, day), rating, day)
        except OverflowError:
            msg = f"a review at {at} is at the end of the calendar; give a time of our own age"
            raise SchedulingError(msg) from None
        return FSRSState(card.stability, card.difficulty, (card.due - day).days, card.due.date(), at)

    def preview(self, state: FSRSState, *, at: datetime) -> dict[Grade, FSRSState]:
        """Return the state that each grade would lead to, by grade.

        Args:
            state: The state now.
            at: When the answer would be given.

        Raises:
            SchedulingError: The time is not possible.
        """
        return {grade: self.review(state, grade, at=at) for grade in Grade}

    def replay(self, reviews: Iterable[Answer], start: FSRSState | None = None) -> FSRSState:
        """Return the state after the history of one card, from the same log as SM-2's.

        Args:
            reviews: The history, oldest first; practice reviews are passed over.
            start: The state before it; a new card's without it.

        Raises:
            SchedulingError: The history is out of order, of several cards, or not possible.
        """
        return scheduler.replay(self, reviews, start)

    def undo(self, reviews: Iterable[Answer]) -> FSRSState:
        """Return the state after the history of one card without its last review.

        Args:
            reviews: The history, oldest first.

        Raises:
            SchedulingError: There is nothing to undo, or the history cannot be replayed.
        """
        return scheduler.undo(self, reviews)

    def predicted_recall(self, state: FSRSState, *, at: datetime) -> float:
        """Return how likely a card is remembered at a time, as the model of FSRS predicts.

        Args:
            state: The state of a card that was reviewed.
            at: The time to predict for, not before the last review. Days are study days.

        Raises:
            SchedulingError: The card was never reviewed, or the time is not possible.
        """
        if state.last_review is None:
            msg = "a card that was never reviewed has no predicted recall; review it first"
            raise SchedulingError(msg)
        day = self._midnight(at)
        if is_before(at, state.last_review):
            msg = f"{at} is before the last review at {state.last_review}; predict for a later time"
            raise SchedulingError(msg)
        return float(self._fsrs.get_card_retrievability(self._card(state, day), day))

    def _midnight(self, at: datetime) -> datetime:
        """Return the study day of an instant as the instant that stands for it."""
        return datetime.combine(self.calendar.day_of(at), time(), UTC)

    def _card(self, state: FSRSState, day: datetime) -> fsrs.Card:
        import fsrs

        # Without an id of ours the package would take one from the clock, and sleep for it.
        if state.last_review is None:
            return fsrs.Card(card_id=0, due=day)
        return fsrs.Card(
            card_id=0,
            state=fsrs.State.Review,
            stability=state.stability,
            difficulty=state.difficulty,
            due=day,
            # After a journey west, today can be called yesterday; the model knows no day before the last.
            last_review=min(day, self._midnight(state.last_review)),
        )


def _positive(value: object, name: str) -> float:
    if type(value) in (int, float):
        number = float(value)  # type: ignore[arg-type]  # it is one of the two
        if math.isfinite(number) and number > 0:
            return number
    msg = f"{name} is a number above 0, not {value!r:.80}"
    raise SchedulingError(msg)


_LAYOUTS = (Layout(frozenset({"stability", "difficulty", "interval_days", "due", "last_review"})),)
