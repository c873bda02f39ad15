"""Within one transaction: the log of a store, and the states beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Generic

import attrs
import sqlalchemy as sa

from codecards.errors import ConflictingReviewError, SchedulingError, StoreError, UnknownReviewError
from codecards.progress import Progress
from codecards.scheduling.log import Review
from codecards.store.replaying import Difference, by_card, compared, following, replayed
from codecards.store.rows import StateRow, answers, microseconds, review_from, review_values, state_row
from codecards.store.schedulers import State, StoreScheduler
from codecards.store.schema import reviews, states

__all__ = ["Ledger"]

# SQLite takes at most 32,766 values in one statement.
_AT_A_TIME = 500
_STEP = "Working out states"


@attrs.frozen
class Ledger(Generic[State]):
    """The log and the states, in a transaction that is under way.

    Args:
        connection: The transaction.
        scheduler: What makes states of answers.
        where: What to call the store in messages.
    """

    connection: sa.Connection
    scheduler: StoreScheduler[State]
    where: str

    def history(self, card_id: str) -> tuple[Review, ...]:
        """Return the answers to a card that count, oldest first."""
        query = answers().where(reviews.c.card_id == card_id).order_by(reviews.c.at_us, reviews.c.id)
        return tuple(map(review_from, self.connection.execute(query)))

    def row(self, card_id: str) -> StateRow[State] | None:
        """Return what is stored of a card, or None.

        Raises:
            StoreError: What is stored is no state.
        """
        found = self.connection.execute(sa.select(states).where(states.c.card_id == card_id)).first()
        return None if found is None else self._read(found)

    def rows(self, card_ids: Sequence[str] | None) -> Iterator[StateRow[State]]:
        """Yield what is stored of some cards, or of all.

        Raises:
            StoreError: What is stored of one is no state.
        """
        query = sa.select(states)
        if card_ids is None:
            yield from map(self._read, self.connection.execute(query))
            return
        for start in range(0, len(card_ids), _AT_A_TIME):
            some = states.c.card_id.in_(card_ids[start : start + _AT_A_TIME])
            yield from map(self._read, self.connection.execute(query.where(some)))

    def held(self, ids: Sequence[str]) -> set[str]:
        """Return those of some ids that an answer in the log has, taken back or not."""
        found: set[str] = set()
        for start in range(0, len(ids), _AT_A_TIME):
            some = reviews.c.id.in_(ids[start : start + _AT_A_TIME])
            query = sa.select(reviews.c.id).where(some, reviews.c.undoes.is_(None))
            found.update(self.connection.execute(query).scalars())
        return found

    def missing(self, batch: Sequence[Review]) -> list[Review]:
        """Return those of some answers, each with its id, that the log does not hold yet.

        Raises:
            ConflictingReviewError: The log holds something else by such an id.
        """
        by_id = {review.id or "": review for review in batch}
        ids = list(by_id)
        for start in range(0, len(ids), _AT_A_TIME):
            some = reviews.c.id.in_(ids[start : start + _AT_A_TIME])
            for row in self.connection.execute(sa.select(reviews).where(some)).all():
                if row.undoes is not None or review_from(row) != by_id[row.id]:
                    self._refuse(row.id)
                del by_id[row.id]
        return list(by_id.values())

    def add(self, batch: Sequence[Review]) -> None:
        """Add answers that are `missing` to the log."""
        for start in range(0, len(batch), _AT_A_TIME):
            values = [review_values(review) for review in batch[start : start + _AT_A_TIME]]
            self.connection.execute(sa.insert(reviews), values)

    def take_back(self, answer: sa.Row[Any], entry: str, at_us: int) -> None:
        """Add an entry to the log that takes an answer back; adding it twice adds it once.

        Args:
            answer: The row of the answer.
            entry: The id of the entry.
            at_us: When it was taken back, in microseconds since 1970.

        Raises:
            UnknownReviewError: The answer was taken back before.
            ConflictingReviewError: The id is that of something else.
        """
        either = sa.or_(reviews.c.undoes == answer.id, reviews.c.id == entry)
        for row in self.connection.execute(sa.select(reviews).where(either)).all():
            if row.undoes != answer.id:
                self._refuse(entry)
            if row.id != entry:
                msg = f"{self.where}: the answer {answer.id!r} was taken back before, by {row.id!r}"
                raise UnknownReviewError(msg)
            return
        values = {"id": entry, "card_id": answer.card_id, "at_us": at_us, "practice": False, "undoes": answer.id}
        self.connection.execute(sa.insert(reviews), values)

    def answer(self, review_id: str) -> sa.Row[Any]:
        """Return the row of an answer.

        Raises:
            UnknownReviewError: No answer has this id.
        """
        query = sa.select(reviews).where(reviews.c.id == review_id, reviews.c.undoes.is_(None))
        found = self.connection.execute(query).first()
        if found is None:
            msg = f"{self.where}: no answer has the id {review_id!r}"
            raise UnknownReviewError(msg)
        return found

    def move_on(self, review: Review) -> State:
        """Return and store the state of a card after an answer that was just added to the log."""
        row = self.row(review.card_id)
        # An answer may come late, from another device say: what followed it has to be worked out anew.
        if row is None or (microseconds(review.at), review.id or "") < (row.last_at_us, row.last_id):
            return self.replay(review.card_id)
        moved = following(self.scheduler, row, review)
        self._put(moved)
        return moved.state

    def replay(self, card_id: str) -> State:
        """Return and store the state that follows from all answers to a card."""
        history = self.history(card_id)
        if not history:
            self._remove(card_id)
            return self.scheduler.new_state()
        row = replayed(self.scheduler, history)
        self._put(row)
        return row.state

    def replay_all(self, card_ids: Sequence[str], progress: Progress | None) -> None:
        """Store the states that follow from all answers to some cards, each of which has answers."""
        oldest_first = answers().order_by(reviews.c.card_id, reviews.c.at_us, reviews.c.id)
        for start in range(0, len(card_ids), _AT_A_TIME):
            if progress is not None:
                progress(_STEP, start, len(card_ids))
            some = card_ids[start : start + _AT_A_TIME]
            log = self.connection.execute(oldest_first.where(reviews.c.card_id.in_(some)))
            rows = by_card(self.scheduler, map(review_from, log))
            self.connection.execute(sa.delete(states).where(states.c.card_id.in_(some)))
            self.connection.execute(sa.insert(states), [row.values() for row in rows])
        if progress is not None:
            progress(_STEP, len(card_ids), len(card_ids))

    def differences(self) -> Iterator[Difference[State]]:
        """Yield every card whose stored state is not what follows from the log."""
        return compared(self.connection, self.scheduler)

    def rebuild(self) -> int:
        """Put right every stored state that is not what follows from the log; return how many."""
        wrong = list(self.differences())
        for difference in wrong:
            if difference.row is None:
                self._remove(difference.card_id)
            else:
                self._put(difference.row)
        return len(wrong)

    def _read(self, row: sa.Row[Any]) -> StateRow[State]:
        try:
            return state_row(row, self.scheduler)
        except SchedulingError as error:
            msg = f"{self.where}: the state of {row.card_id} cannot be read ({error}); run codecards store rebuild"
            raise StoreError(msg) from None

    def _put(self, row: StateRow[State]) -> None:
        values = row.values()
        changed = self.connection.execute(sa.update(states).where(states.c.card_id == row.card_id), values)
        if not changed.rowcount:
            self.connection.execute(sa.insert(states), values)

    def _remove(self, card_id: str) -> None:
        self.connection.execute(sa.delete(states).where(states.c.card_id == card_id))

    def _refuse(self, name: str) -> None:
        msg = f"{self.where}: the id {name!r} is that of another entry; an id is given once"
        raise ConflictingReviewError(msg)
