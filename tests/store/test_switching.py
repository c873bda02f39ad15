"""A store holds the states of one scheduler; switching replays the same answers with another."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
import sys
from typing import assert_type

import attrs
import pytest

from codecards import SM2, Grade, MemoryState, Review, StudyCalendar, open_store
from codecards.errors import MissingExtraError, StoreError
from codecards.scheduling.fsrs import FSRS, FSRSState
from codecards.scheduling.fuzz import fuzzed_due
from codecards.store.database import Database
from codecards.store.opening import _database, open_existing_store
from codecards.store.schedulers import describe, described

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HISTORY = [
    Review("card", Grade(grade), NOON + timedelta(days=day), id=str(day))
    for day, grade in ((0, 5), (1, 4), (8, 3), (9, 1))
]
CHICAGO = SM2(calendar=StudyCalendar("America/Chicago", 3))


@attrs.frozen
class Weekly(SM2):
    """A scheduler of somebody else's, who likes a bound on intervals."""

    def review(self, state: MemoryState, grade: Grade | int, *, at: datetime) -> MemoryState:
        after = super().review(state, grade, at=at)
        return attrs.evolve(after, interval_days=7, due=self.calendar.day_of(at) + timedelta(days=7))


def spoil(database: Database, settings: str) -> None:
    database.write(
        lambda connection: connection.exec_driver_sql(f"UPDATE codecards_store SET scheduler = '{settings}'").close()  # noqa: S608 -- ours
    )


def test_a_store_remembers_its_scheduler(location: str) -> None:
    """It opens again with it, or without naming any."""
    with open_store(location, scheduler=CHICAGO) as store:
        assert_type(store.state("card"), MemoryState)
        store.record_all(HISTORY)
    with open_store(location, scheduler=CHICAGO) as store:
        assert store.state("card") == CHICAGO.replay(HISTORY)
    with open_existing_store(location) as found:
        assert found.scheduler == CHICAGO
        assert found.check() == ()


def test_another_scheduler_is_refused_unless_asked_for(location: str) -> None:
    """With what made the states, and the two ways on."""
    open_store(location, scheduler=CHICAGO).close()

    with pytest.raises(StoreError, match=r'"America/Chicago".* switch=True'):
        open_store(location)


def test_a_learner_can_switch_and_keep_the_history(location: str) -> None:
    """From SM-2 to FSRS and back: each time the states are what that scheduler makes of the log."""
    with open_store(location) as sm2:
        sm2.record_all(HISTORY)
    with open_store(location, scheduler=FSRS(), switch=True) as fsrs:
        assert assert_type(fsrs.state("card"), FSRSState) == FSRS().replay(HISTORY)
        assert fsrs.due(on=date(2027, 1, 1)) == ("card",)
        assert fsrs.record(Review("card", Grade.GOOD, NOON + timedelta(days=20))).state.due is not None
        fsrs.undo("9", at=NOON)
        assert fsrs.check() == ()
    with open_existing_store(location) as found:
        assert found.scheduler == FSRS()
        assert len(found.history("card")) == 4
        assert found.check() == ()
    with open_store(location, switch=True) as back:
        assert back.state("card") == SM2().replay(back.history("card"))
        assert back.check() == ()


def test_who_has_it_open_notices_a_switch(location: str) -> None:
    """So that states of two schedulers never stand side by side."""
    with open_store(location) as store, open_store(location, scheduler=SM2("source"), switch=True) as other:
        with pytest.raises(StoreError, match="switched it to another scheduler; open the store again"):
            store.record(HISTORY[0])
        assert other.record(HISTORY[0]).is_new
        assert other.check() == ()


def test_fuzzed_cards_are_due_on_their_fuzzed_day(location: str) -> None:
    """The state holds the exact day; what is due follows the day on which the card is to be shown."""
    scheduler = SM2(fuzz=True)
    shown: set[bool] = set()
    with open_store(location, scheduler=scheduler) as store:
        for number in range(8):
            card = f"card {number}"
            store.record_all(
                Review(card, Grade.PERFECT, NOON + timedelta(days=day), id=f"{card} {day}") for day in (0, 1, 7)
            )
            day = fuzzed_due(store.state(card), card)
            assert day is not None
            assert card in store.due(on=day)
            assert card not in store.due(on=day - timedelta(days=1))
            shown.add(day == store.state(card).due)
        assert store.check() == ()
    assert False in shown


def test_a_scheduler_of_somebody_else_is_remembered_by_what_it_says_of_itself(location: str) -> None:
    """It can be given again; codecards itself cannot make one."""
    with open_store(location, scheduler=Weekly()) as store:
        assert store.record(HISTORY[0]).state.interval_days == 7
    with open_store(location, scheduler=Weekly()) as store:
        assert store.check() == ()
    with pytest.raises(StoreError, match=r'"kind": "Weekly".*, which codecards does not know'):
        open_existing_store(location)


def test_a_scheduler_that_lacks_a_newer_setting_is_the_same(location: str) -> None:
    """What an older codecards wrote down means the same, and is not written over."""
    with open_store(location) as store:
        store.record_all(HISTORY)
        older = '{"calendar": {"zone": "UTC"}, "kind": "SM2", "profile": "text"}'
        spoil(store._database, older)
    with open_store(location) as store:
        assert store._settings == older
        assert store.undo("9", at=NOON) == SM2().replay(HISTORY[:3])


@pytest.mark.parametrize("settings", ["", "[]", "{}", '{"kind": "SM2"}', '{"kind": "SM2", "calendar": {"moon": 1}}'])
def test_what_describes_no_scheduler_is_unknown(settings: str) -> None:
    """A text that something else wrote is not guessed at."""
    assert described(settings) is None


def test_a_description_gives_the_scheduler_back() -> None:
    """All of its settings."""
    for sm2 in (SM2(), CHICAGO, SM2("source", max_interval_days=365, fuzz=True)):
        assert described(describe(sm2)) == sm2
    for fsrs in (FSRS(), FSRS(max_interval_days=9), FSRS(parameters=tuple(FSRS()._fsrs.parameters))):
        assert described(describe(fsrs)) == fsrs


def test_a_scheduler_that_cannot_be_used_here_says_why(location: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """FSRS needs a library of its own; without it nothing is replayed with something else."""
    open_store(location, scheduler=FSRS()).close()
    monkeypatch.setitem(sys.modules, "fsrs", None)

    with pytest.raises(MissingExtraError, match=r"codecards\[fsrs\]"):
        open_existing_store(location)


def test_a_store_of_nobody_known_is_replayed(location: str) -> None:
    """As schema 1 left them: the states are made anew by whoever opens it."""
    with open_store(location) as store:
        store.record_all(HISTORY)
        database = _database(location)
        database.write(
            lambda connection: connection.exec_driver_sql("UPDATE codecards_store SET scheduler = NULL").close()
        )
        database.close()
    with open_existing_store(location) as found:
        assert found.scheduler == SM2()
    with open_store(location, scheduler=CHICAGO, switch=True) as store:
        assert store.state("card") == CHICAGO.replay(HISTORY)
