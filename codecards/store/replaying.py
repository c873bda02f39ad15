"""States from the log: one card's, all of them, and where those that are stored differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Generic

import attrs
import sqlalchemy as sa

from codecards.errors import SchedulingError
from codecards.scheduling.fuzz import fuzzed_due
from codecards.scheduling.log import Review
from codecards.store.rows import StateRow, answers, microseconds, review_from, state_row
from codecards.store.schedulers import State, StoreScheduler
from codecards.store.schema import reviews, states

__all__ = ["Difference", "by_card", "compared", "following", "replayed"]

_AT_A_TIME = 1000


@attrs.frozen
class Difference(Generic[State]):
    """A card whose stored state is not the one that follows from its answers.

    Args:
        card_id: Which card.
        stored: What is stored: a state, or a word about why there is none.
        replayed: What follows from the log, likewise.
        row: The row that should be there; None where there should be none.
    """

    card_id: str
    stored: str
    replayed: str
    row: StateRow[State] | None = attrs.field(repr=False)

    def __str__(self) -> str:
        return f"{self.card_id}: stored {self.stored}, but the log gives {self.replayed}"


def following(scheduler: StoreScheduler[State], row: StateRow[State], review: Review) -> StateRow[State]:
    """Return what follows from one more answer, given after all the others."""
    state = row.state if review.practice else scheduler.review(row.state, review.grade, at=review.at)
    return _row(scheduler, state, row.reviews + 1, review)


def replayed(scheduler: StoreScheduler[State], history: Sequence[Review]) -> StateRow[State]:
    """Return what follows from the answers to one card, one or more, oldest first."""
    return _row(scheduler, scheduler.replay(history), len(history), history[-1])


def _row(scheduler: StoreScheduler[State], state: State, count: int, last: Review) -> StateRow[State]:
    # A scheduler that shows cards on their fuzzed day has them due on it; the state holds the exact one.
    due = fuzzed_due(state, last.card_id) if getattr(scheduler, "fuzz", False) else state.due
    return StateRow(last.card_id, due, state, count, microseconds(last.at), last.id or "")


def by_card(scheduler: StoreScheduler[State], log: Iterable[Review]) -> Iterator[StateRow[State]]:
    """Yield what follows from the answers to each card; they come card by card, oldest first."""
    for _, history in groupby(log, lambda review: review.card_id):
        yield replayed(scheduler, list(history))


def compared(connection: sa.Connection, scheduler: StoreScheduler[State]) -> Iterator[Difference[State]]:
    """Yield every card whose stored row is not what follows from the log, in the order of their ids.

    Reads both side by side, so a log of any length takes the same memory.
    """
    query = answers().order_by(reviews.c.card_id, reviews.c.at_us, reviews.c.id)
    log = connection.execute(query.execution_options(yield_per=_AT_A_TIME))
    expected = _Peekable(by_card(scheduler, map(review_from, log)))
    stored_rows = sa.select(states).order_by(states.c.card_id).execution_options(yield_per=_AT_A_TIME)
    for row in connection.execute(stored_rows):
        while (missing := expected.first) and missing.card_id < row.card_id:
            yield Difference(missing.card_id, "nothing", _words(missing), missing)
            expected.drop()
        right = expected.first
        if right is None or right.card_id != row.card_id:
            yield Difference(row.card_id, _stored(row, scheduler)[1], "nothing, for it has no answers", None)
            continue
        expected.drop()
        stored, words = _stored(row, scheduler)
        if stored != right:
            yield Difference(row.card_id, words, _words(right), right)
    while missing := expected.first:
        yield Difference(missing.card_id, "nothing", _words(missing), missing)
        expected.drop()


class _Peekable(Generic[State]):
    """An iterator whose next item can be looked at."""

    def __init__(self, rows: Iterator[StateRow[State]]) -> None:
        self._rows = rows
        self.first = next(rows, None)

    def drop(self) -> None:
        self.first = next(self._rows, None)


def _words(row: StateRow[State]) -> str:
    state = ", ".join(f"{name} {value}" for name, value in row.state.to_dict().items() if name != "version")
    return f"[shown {row.due}; {state}; {row.reviews} answers, the last {row.last_id}]"


def _stored(row: sa.Row[Any], scheduler: StoreScheduler[State]) -> tuple[StateRow[State] | None, str]:
    """Return what a row holds, if anything, and the same in words."""
    try:
        stored = state_row(row, scheduler)
    except SchedulingError as error:
        return None, f"[no state: {error}]"
    return stored, _words(stored)
