"""How a typed program uses the scheduler: mypy --strict reads this file, and finds nothing to say.

Each `assert_type` is a promise about what a caller gets; nothing here is run.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TypeVar, assert_type

from codecards import SM2, Grade, MemoryState, Review, Scheduler, StudyCalendar
from codecards.scheduling.batch import StateColumns, replay_columns
from codecards.scheduling.buttons import FOUR_BUTTONS
from codecards.scheduling.drill import Drill
from codecards.scheduling.fsrs import FSRS, FSRSState
from codecards.scheduling.log import ReviewRecord
from codecards.scheduling.queue import Queue, bury_siblings, due_cards
from codecards.scheduling.scheduler import CardState, replay_log
from codecards.scheduling.state import MemoryStateRecord

State = TypeVar("State", bound=CardState)


def study(scheduler: Scheduler[State], log: list[Review], now: datetime) -> State:
    """Any scheduler will do, and its own kind of state comes out."""
    state = scheduler.replay(log)
    assert_type(scheduler.preview(state, at=now), dict[Grade, State])
    assert_type(scheduler.predicted_recall(state, at=now), float)
    assert_type(state.due, date | None)
    return scheduler.review(state, Grade.GOOD, at=now)


def use() -> None:
    """Every public name, with the type it gives."""
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    sm2 = SM2(profile="source", calendar=StudyCalendar("America/Chicago", rollover_hour=3), max_interval_days=365)
    log = [Review("icd-10-cm:E11.9#describe", Grade.GOOD, now, duration_ms=4200, id="a1")]
    assert_type(study(sm2, log, now), MemoryState)
    assert_type(study(FSRS(), log, now), FSRSState)
    assert_type(sm2.review(sm2.new_state(), 4, at=now), MemoryState)
    assert_type(sm2.replay([(4, now), (Grade.HARD, now)]), MemoryState)
    assert_type(sm2.replay_grades([5, Grade.GOOD]), MemoryState)
    assert_type(sm2.undo(log), MemoryState)
    assert_type(replay_log(sm2, log), dict[str, MemoryState])
    assert_type(sm2.new_state().ease_factor, float)
    assert_type(sm2.new_state().to_dict(), MemoryStateRecord)
    assert_type(log[0].to_dict(), ReviewRecord)
    assert_type(Review.from_json(log[0].to_json()), Review)
    assert_type(replay_columns(["a"], [4], [now.date()]), StateColumns)
    assert_type(Drill().answered("a", FOUR_BUTTONS.grade("Hard")).next, str | None)
    assert_type(bury_siblings(due_cards(replay_log(sm2, log), now.date())), Queue)


def misuse() -> None:
    """What a type checker stops: each line would be an unused ignore if it did not."""
    SM2(profile="anki")  # type: ignore[arg-type]
    SM2().review(MemoryState(), "good", at=datetime(2026, 3, 1, tzinfo=UTC))  # type: ignore[arg-type]
    SM2().review(MemoryState(), Grade.GOOD)  # type: ignore[call-arg]
    SM2().review(FSRSState(), Grade.GOOD, at=datetime(2026, 3, 1, tzinfo=UTC))  # type: ignore[arg-type]
    MemoryState().interval_days = 4  # type: ignore[misc]
