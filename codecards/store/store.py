"""The store: answers go in, states and what is due come out, and nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import partial
from itertools import chain
from types import TracebackType
from typing import Any, Generic, Self, TypeVar
from uuid import uuid4

import attrs
import sqlalchemy as sa

from codecards.errors import ConflictingReviewError, SchedulingError
from codecards.progress import Progress
from codecards.scheduling.log import Review
from codecards.store.database import Database
from codecards.store.ledger import Ledger
from codecards.store.replaying import Difference
from codecards.store.rows import answers, microseconds, review_from, storable
from codecards.store.schedulers import State, StoreScheduler
from codecards.store.schema import reviews, states
from codecards.store.settings import check_settings

__all__ = ["Recorded", "Store"]

Result = TypeVar("Result")

_AT_A_TIME = 1000
_EARLIEST = (-(2**63), "")


@attrs.frozen
class Recorded(Generic[State]):
    """What became of an answer.

    Args:
        review: The answer as it is kept, with its id.
        state: The state of its card now.
        is_new: False where the store held this very answer already, and nothing was added.
    """

    review: Review
    state: State
    is_new: bool


class Store(Generic[State]):
    """The answers of a learner, and the states that follow from them. `open_store` opens one.

    A store may be used by several threads, and by several processes at once, each
    with its own. Whatever order answers arrive in, a state is always what the
    scheduler makes of all answers to the card in the order they were given; of two
    given at the same moment, the one with the lesser id comes first.

    Args:
        database: An opened database, its schema up to date.
        scheduler: What makes states of answers.
        settings: How the store names that scheduler.
    """

    def __init__(self, database: Database, scheduler: StoreScheduler[State], settings: str) -> None:
        self._database = database
        self._settings = settings
        self.scheduler = scheduler

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Store({self._database.where!r})"

    def close(self) -> None:
        """Give the database back."""
        self._database.close()

    def record(self, review: Review) -> Recorded[State]:
        """Keep an answer. When this returns, the answer and the new state of its card are on disk.

        Args:
            review: The answer. One without an id is given one. Its id makes it safe to
                try again: an answer that the store holds already is not added twice,
                and one that was taken back stays so.

        Raises:
            ConflictingReviewError: The id belongs to another answer.
            StoreError: It could not be kept; nothing of it was.
        """
        review = _kept(review)

        def work(ledger: Ledger[State]) -> Recorded[State]:
            if ledger.missing([review]):
                ledger.add([review])
                return Recorded(review, ledger.move_on(review), is_new=True)
            row = ledger.row(review.card_id)
            return Recorded(review, row.state if row else self.scheduler.new_state(), is_new=False)

        return self._write(work, review.card_id)

    def record_all(self, batch: Iterable[Review], *, progress: Progress | None = None) -> int:
        """Keep many answers, all or none, such as those that come from another program.

        Args:
            batch: The answers, in any order. Those the store holds already are passed over.
            progress: Told how far the work is.

        Returns:
            How many were new.

        Raises:
            ConflictingReviewError: An id belongs to another answer, in the store or in the batch.
            StoreError: They could not be kept; none was.
        """
        by_id: dict[str | None, Review] = {}
        for review in map(_kept, batch):
            if by_id.setdefault(review.id, review) != review:
                msg = f"two different answers have the id {review.id!r}; an id is given once"
                raise ConflictingReviewError(msg)

        def work(ledger: Ledger[State]) -> int:
            new = ledger.missing(list(by_id.values()))
            ledger.add(new)
            ledger.replay_all(sorted({review.card_id for review in new}), progress)
            if len(new) > _AT_A_TIME:
                self._database.after_many(ledger.connection)
            return len(new)

        return self._write(work)

    def undo(self, review_id: str, *, at: datetime, id: str | None = None) -> State:  # noqa: A002 -- as in Review
        """Take an answer back. It stays in the log; an entry that names it says that it no longer counts.

        Args:
            review_id: The id of the answer.
            at: When it was taken back: an aware datetime.
            id: What the caller calls this entry; the store finds a name without it.

        Returns:
            The state of its card now, as if the answer had never been given.

        Raises:
            UnknownReviewError: No answer has this id, or it was taken back before.
            ConflictingReviewError: The id of the entry belongs to another one.
            StoreError: It could not be written; nothing of it was.
        """
        if at.tzinfo is None or at.utcoffset() is None:
            msg = f"{at!r} has no time zone; give an aware datetime, such as datetime.now(UTC)"
            raise SchedulingError(msg)
        entry = storable(id or uuid4().hex, "the id of an entry")
        review_id = storable(review_id, "the id of a review")
        # An answer never changes, so it may be read before its card is locked.
        answer = self._read(lambda ledger: ledger.answer(review_id))

        def work(ledger: Ledger[State]) -> State:
            ledger.take_back(answer, entry, microseconds(at))
            return ledger.replay(answer.card_id)

        return self._write(work, answer.card_id)

    def held(self, review_ids: Iterable[str]) -> set[str]:
        """Return those of some ids that the store has an answer by, whether it was taken back or not.

        Raises:
            StoreError: The store could not be read.
        """
        wanted = [storable(name, "the id of a review") for name in review_ids]
        return self._read(lambda ledger: ledger.held(wanted))

    def history(self, card_id: str) -> tuple[Review, ...]:
        """Return the answers to a card that count, oldest first; those taken back are not among them.

        Raises:
            StoreError: The store could not be read.
        """
        card_id = storable(card_id, "a card id")
        return self._read(lambda ledger: ledger.history(card_id))

    def reviews(self) -> Iterator[Review]:
        """Yield all answers that count, of all cards, oldest first, without holding them all.

        One that is recorded meanwhile is among them only if it was given after those
        that were yielded already.

        Raises:
            StoreError: The store could not be read.
        """
        last = _EARLIEST
        oldest_first = answers().order_by(reviews.c.at_us, reviews.c.id).limit(_AT_A_TIME)
        while True:
            later = sa.tuple_(reviews.c.at_us, reviews.c.id) > sa.tuple_(*last)
            rows = self._database.read(partial(_all, oldest_first.where(later)))
            yield from map(review_from, rows)
            if len(rows) < _AT_A_TIME:
                return
            last = (rows[-1].at_us, rows[-1].id)

    def state(self, card_id: str) -> State:
        """Return what is remembered of a card; of one never answered, the state of a new card.

        Raises:
            StoreError: The store could not be read.
        """
        card_id = storable(card_id, "a card id")
        row = self._read(lambda ledger: ledger.row(card_id))
        return row.state if row else self.scheduler.new_state()

    def states(self, card_ids: Iterable[str] | None = None) -> dict[str, State]:
        """Return the states of cards that were answered, by card id.

        Args:
            card_ids: Which cards; all that were ever answered without it.

        Raises:
            StoreError: The store could not be read.
        """
        wanted = None if card_ids is None else sorted({storable(card_id, "a card id") for card_id in card_ids})
        return self._read(lambda ledger: {row.card_id: row.state for row in ledger.rows(wanted)})

    def due(self, *, on: date | None = None, at: datetime | None = None, limit: int | None = None) -> tuple[str, ...]:
        """Return the ids of the cards that are due, those due longest first, then in the order of their ids.

        Cards never answered are not among them: which of those to start is the caller's choice.

        Args:
            on: The study day.
            at: Or the instant, whose study day the scheduler's calendar tells.
            limit: The most cards to return; all of them without it.

        Raises:
            TypeError: Neither a day nor an instant was given, or both.
            StoreError: The store could not be read.
        """
        if (on is None) == (at is None):
            msg = "due() takes either a study day (on=) or an instant (at=)"
            raise TypeError(msg)
        day = on if at is None else self.scheduler.calendar.day_of(at)
        query = sa.select(states.c.card_id).where(states.c.due <= day).order_by(states.c.due, states.c.card_id)
        query = query.limit(limit)
        return self._database.read(partial(_ids, query))

    def check(self) -> tuple[Difference[State], ...]:
        """Replay the whole log, and return every card whose stored state is not what follows from it.

        Raises:
            StoreError: The store could not be read, or is damaged.
        """

        def work(ledger: Ledger[State]) -> tuple[Difference[State], ...]:
            self._database.check_is_whole(ledger.connection)
            return tuple(ledger.differences())

        return self._read(work)

    def rebuild(self) -> int:
        """Make every stored state what follows from the log, and return how many were not.

        Raises:
            StoreError: The store could not be written; nothing of it was changed.
        """
        return self._write(Ledger[State].rebuild)

    def _read(self, work: Callable[[Ledger[State]], Result]) -> Result:
        return self._database.read(lambda connection: work(self._ledger(connection)))

    def _write(self, work: Callable[[Ledger[State]], Result], card_id: str | None = None) -> Result:
        """Run `work` in a transaction that alone writes about a card, or about any."""

        def locked(connection: sa.Connection) -> Result:
            if card_id is None:
                self._database.lock_all(connection)
            else:
                self._database.lock_card(connection, card_id)
            check_settings(connection, self._database, self._settings)
            return work(self._ledger(connection))

        return self._database.write(locked)

    def _ledger(self, connection: sa.Connection) -> Ledger[State]:
        return Ledger(connection, self.scheduler, self._database.where)


def _ids(query: sa.Select[Any], connection: sa.Connection) -> tuple[str, ...]:
    # Straight from the driver: making a Row of each of 100,000 ids takes longer than finding them.
    return tuple(chain.from_iterable(connection.execute(query).cursor.fetchall()))


def _all(query: sa.Select[Any], connection: sa.Connection) -> Sequence[sa.Row[Any]]:
    return connection.execute(query).all()


def _kept(review: Review) -> Review:
    """Return an answer as it is kept: with an id, and in UTC."""
    storable(review.card_id, "a card id")
    name = storable(review.id or uuid4().hex, "the id of a review")
    at = review.at.astimezone(UTC)
    return Review(review.card_id, review.grade, at, review.duration_ms, review.practice, name)
