"""What every scheduler can do, and how any of them replays a log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Protocol, TypeVar

from codecards.errors import SchedulingError
from codecards.scheduling.grades import Grade
from codecards.scheduling.log import Review

__all__ = ["Answer", "CardState", "Scheduler", "replay", "replay_log", "undo"]

Answer = Review | tuple[Grade | int, datetime]
"""One entry of a history: a `Review`, or a grade and when it was given."""


class CardState(Protocol):
    """What the state of every scheduler says of a card."""

    @property
    def due(self) -> date | None:
        """The study day of the next review, or None for a card never reviewed."""

    @property
    def interval_days(self) -> int:
        """Days from the last review to the next one; 0 before the first."""

    @property
    def last_review(self) -> datetime | None:
        """When the card was last reviewed, or None."""

    def to_dict(self) -> Mapping[str, object]:
        """Return the state as a dictionary of plain JSON values, with the version of its layout."""


State = TypeVar("State", bound=CardState)


class Scheduler(Protocol[State]):
    """Says when a card comes back. Every method is a pure function; the state is a value of the scheduler's own.

    All schedulers read the same log, so that a learner can change from one to another and keep the history.
    """

    @property
    def name(self) -> str:
        """What to call the scheduler beside the states it made, such as ``sm2-text``."""

    def new_state(self) -> State:
        """Return the state of a card that was never reviewed."""

    def read_state(self, data: object) -> State:
        """Return the state that `to_dict` of such a state stored."""

    def review(self, state: State, grade: Grade | int, *, at: datetime) -> State:
        """Return the state of a card after one more review."""

    def preview(self, state: State, *, at: datetime) -> dict[Grade, State]:
        """Return the state that each grade would lead to, by grade."""

    def replay(self, reviews: Iterable[Answer], start: State | None = None) -> State:
        """Return the state after the history of one card."""

    def undo(self, reviews: Iterable[Answer]) -> State:
        """Return the state after the history of one card without its last review."""

    def predicted_recall(self, state: State, *, at: datetime) -> float:
        """Return how likely the card is remembered at a time, from 0 to 1."""


def replay(scheduler: Scheduler[State], reviews: Iterable[Answer], start: State | None = None) -> State:
    """Return the state after the history of one card.

    Args:
        scheduler: Whose rules to follow.
        reviews: The history, oldest first; practice reviews are passed over.
        start: The state before it; a new card's without it.

    Raises:
        SchedulingError: The history is out of order, of several cards, or holds an
            impossible grade or time; the message says at which place.
    """
    state = scheduler.new_state() if start is None else start
    card_id: str | None = None
    for place, answer in enumerate(reviews, 1):
        if isinstance(answer, Review):
            if card_id is None:
                card_id = answer.card_id
            elif answer.card_id != card_id:
                msg = f"review {place} is of {answer.card_id}, not of {card_id}; replay_log replays several"
                raise SchedulingError(msg)
            if answer.practice:
                continue
            grade: Grade | int = answer.grade
            at = answer.at
        else:
            grade, at = _pair(answer, place)
        try:
            state = scheduler.review(state, grade, at=at)
        except SchedulingError as error:
            msg = f"review {place}{f' of {card_id}' if card_id else ''}: {error}"
            raise SchedulingError(msg) from None
    return state


def replay_log(scheduler: Scheduler[State], reviews: Iterable[Review]) -> dict[str, State]:
    """Return the state of every card in a log, by card id, in the order of their first reviews.

    Args:
        scheduler: Whose rules to follow.
        reviews: The log, oldest first; a card that was only practised is new still.

    Raises:
        SchedulingError: The reviews of a card are out of order.
    """
    histories: dict[str, list[Review]] = {}
    for review in reviews:
        histories.setdefault(review.card_id, []).append(review)
    return {card_id: replay(scheduler, history) for card_id, history in histories.items()}


def undo(scheduler: Scheduler[State], reviews: Iterable[Answer]) -> State:
    """Return the state after the history of one card without its last review.

    Args:
        scheduler: Whose rules to follow.
        reviews: The history, oldest first.

    Raises:
        SchedulingError: There is nothing to undo, or the history cannot be replayed.
    """
    history = list(reviews)
    if not history:
        msg = "there is no review to undo"
        raise SchedulingError(msg)
    return replay(scheduler, history[:-1])


def _pair(answer: tuple[Grade | int, datetime], place: int) -> tuple[Grade | int, datetime]:
    try:
        grade, at = answer
    except (TypeError, ValueError):
        msg = f"review {place} is a Review or a pair of grade and time, not {answer!r:.80}"
        raise SchedulingError(msg) from None
    return grade, at
