"""Answers and states as rows, and back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
import json
from typing import Any, Generic

import attrs
import sqlalchemy as sa

from codecards.errors import SchedulingError, StoreError
from codecards.scheduling.grades import Grade
from codecards.scheduling.log import Review
from codecards.store.schedulers import State, StoreScheduler
from codecards.store.schema import reviews

__all__ = ["StateRow", "answers", "instant", "microseconds", "review_from", "review_values", "state_row", "storable"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@attrs.frozen
class StateRow(Generic[State]):
    """A row of the derived table.

    Args:
        card_id: Which card.
        due: The study day on which it is to be shown, or None for one that was only practised.
        state: What is remembered of it.
        reviews: How many answers count, practice included.
        last_at_us: When the last of them was given, in microseconds since 1970.
        last_id: Its id, which decides between two of the same moment.
    """

    card_id: str
    due: date | None
    state: State
    reviews: int
    last_at_us: int
    last_id: str

    def values(self) -> dict[str, object]:
        """Return its columns."""
        return {
            "card_id": self.card_id,
            "due": self.due,
            "reviews": self.reviews,
            "last_at_us": self.last_at_us,
            "last_id": self.last_id,
            "state": json.dumps(self.state.to_dict()),
        }


def microseconds(at: datetime) -> int:
    """Return an instant as microseconds since 1970.

    >>> microseconds(datetime(1970, 1, 1, 1, tzinfo=UTC))
    3600000000
    """
    return (at - _EPOCH) // _MICROSECOND


def instant(at_us: int) -> datetime:
    """Return the instant, in UTC, that `microseconds` wrote."""
    return _EPOCH + at_us * _MICROSECOND


def review_values(review: Review) -> dict[str, object]:
    """Return the columns of an answer.

    Raises:
        StoreError: A text in it cannot be stored.
    """
    return {
        "id": storable(review.id or "", "the id of a review"),
        "card_id": storable(review.card_id, "a card id"),
        "at_us": microseconds(review.at),
        "grade": int(review.grade),
        "duration_ms": review.duration_ms,
        "practice": review.practice,
    }


def storable(text: str, what: str) -> str:
    """Return `text` when every database can hold it.

    Raises:
        StoreError: It holds a NUL or half a surrogate pair.
    """
    if "\0" in text or text.encode(errors="replace").decode() != text:
        msg = f"{what} holds a character that cannot be stored: {text!a:.80}"
        raise StoreError(msg)
    return text


def review_from(row: sa.Row[Any]) -> Review:
    """Return the answer that a row holds; its time is in UTC."""
    return Review(row.card_id, Grade(row.grade), instant(row.at_us), row.duration_ms, bool(row.practice), row.id)


def state_row(row: sa.Row[Any], scheduler: StoreScheduler[State]) -> StateRow[State]:
    """Return a row of the derived table.

    Raises:
        SchedulingError: What stands there is no state of this scheduler.
    """
    try:
        data = json.loads(row.state)
    except ValueError as error:
        msg = f"not JSON: {error}"
        raise SchedulingError(msg) from None
    return StateRow(row.card_id, row.due, scheduler.read_state(data), row.reviews, row.last_at_us, row.last_id)


def answers() -> sa.Select[Any]:
    """Return the query for all answers that count, without order: those that nothing takes back."""
    undoing = reviews.alias("undoing")
    taken_back = sa.exists().where(undoing.c.undoes == reviews.c.id)
    return sa.select(reviews).where(reviews.c.undoes.is_(None), ~taken_back)
