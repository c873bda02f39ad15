"""States from the log: one card's, all of them, and where those that are stored differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

import attrs
import sqlalchemy as sa

from codecards.errors import SchedulingError
from codecards.scheduling.log import Review
from codecards.scheduling.sm2 import SM2
from codecards.scheduling.state import MemoryState
from codecards.store.rows import StateRow, answers, microseconds, review_from, state_row
from codecards.store.schema import reviews, states

__all__ = ["Difference", "after", "by_card", "compared", "replayed"]

_AT_A_TIME = 1000


@attrs.frozen
class Difference:
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
    row: StateRow | None = attrs.field(repr=False)

    def __str__(self) -> str:
        return f"{self.card_id}: stored {self.stored}, but the log gives {self.replayed}"


def after(scheduler: SM2, state: MemoryState, review: Review) -> MemoryState:
    """Return the state after one more answer; practice leaves it alone."""
    return state if review.practice else scheduler.review(state, review.grade, at=review.at)


def replayed(scheduler: SM2, history: Iterable[Review]) -> StateRow | None:
    """Return what follows from the answers to one card, oldest first; None where there are none."""
    state, count, last = scheduler.new_state(), 0, None
    for last in history:
        state = after(scheduler, state, last)
        count += 1
    return StateRow(last.card_id, state, count, microseconds(last.at), last.id or "") if last else None


def by_card(scheduler: SM2, log: Iterable[Review]) -> Iterator[StateRow]:
    """Yield what follows from the answers to each card; they come card by card, oldest first."""
    for _, history in groupby(log, lambda review: review.card_id):
        found = replayed(scheduler, history)
        if found is not None:
            yield found


def compared(connection: sa.Connection, scheduler: SM2) -> Iterator[Difference]:
    """Yield every card whose stored row is not what follows from the log, in the order of their ids.

    Reads both side by side, so a log of any length takes the same memory.
    """
    query = answers().order_by(reviews.c.card_id, reviews.c.at_us, reviews.c.id)
    log = connection.execute(query.execution_options(yield_per=_AT_A_TIME))
    expected = _Peekable(by_card(scheduler, map(review_from, log)))
    stored_rows = sa.select(states).order_by(states.c.card_id).execution_options(yield_per=_AT_A_TIME)
    for row in connection.execute(stored_rows):
        while (missing := expected.first) and missing.card_id < row.card_id:
            yield Difference(missing.card_id, "nothing", _words(missing, missing.state.due), missing)
            expected.drop()
        right = expected.first
        if right is None or right.card_id != row.card_id:
            yield Difference(row.card_id, _stored(row)[1], "nothing, for it has no answers", None)
            continue
        expected.drop()
        stored, words = _stored(row)
        if stored != right or row.due != right.state.due:
            yield Difference(row.card_id, words, _words(right, right.state.due), right)
    while missing := expected.first:
        yield Difference(missing.card_id, "nothing", _words(missing, missing.state.due), missing)
        expected.drop()


class _Peekable:
    """An iterator whose next item can be looked at."""

    def __init__(self, rows: Iterator[StateRow]) -> None:
        self._rows = rows
        self.first = next(rows, None)

    def drop(self) -> None:
        self.first = next(self._rows, None)


def _words(row: StateRow, due: object) -> str:
    state = row.state
    return (
        f"[due {due}, interval {state.interval_days} d, ease {state.ease_permille}, repetitions {state.repetitions}, "
        f"{row.reviews} answers, the last {row.last_id}]"
    )


def _stored(row: sa.Row[Any]) -> tuple[StateRow | None, str]:
    """Return what a row holds, if anything, and the same in words."""
    try:
        stored = state_row(row)
    except SchedulingError as error:
        return None, f"[no state: {error}]"
    return stored, _words(stored, row.due)
