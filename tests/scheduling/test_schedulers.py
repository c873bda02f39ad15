"""One protocol, one log, several schedulers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
import json
import sys

import fsrs
from hypothesis import given
from hypothesis import strategies as st
import pytest

from codecards import SM2, Grade, MemoryState, Review, Scheduler, StudyCalendar
from codecards.errors import CodecardsError, SchedulingError
from codecards.scheduling.fsrs import FSRS, FSRSState
from codecards.scheduling.scheduler import CardState, replay_log
from codecards.scheduling.states_json import states_from_json, states_to_json
from strategies import grades

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)

histories = st.lists(st.tuples(grades, st.integers(0, 24 * 90)), max_size=12).map(
    lambda steps: [
        Review("a", grade, NOON + timedelta(hours=sum(hours for _, hours in steps[: number + 1])))
        for number, (grade, _) in enumerate(steps)
    ]
)

either = pytest.mark.parametrize("scheduler", [SM2(), SM2("source"), FSRS()], ids=lambda scheduler: scheduler.name)


@either
@given(history=histories)
def test_replay_is_one_review_after_the_other(scheduler: Scheduler[CardState], history: list[Review]) -> None:
    """From reviews or from pairs, from the start or from a state in between."""
    state = scheduler.new_state()
    for review in history:
        state = scheduler.review(state, review.grade, at=review.at)
    half = scheduler.replay(history[: len(history) // 2])

    assert scheduler.replay(history) == state
    assert scheduler.replay([(review.grade, review.at) for review in history]) == state
    assert scheduler.replay(history[len(history) // 2 :], half) == state


@either
@given(history=histories.filter(bool))
def test_undo_forgets_the_last_review(scheduler: Scheduler[CardState], history: list[Review]) -> None:
    """The state is the one before it, whatever it was."""
    assert scheduler.undo(history) == scheduler.replay(history[:-1])


@either
@given(history=histories)
def test_states_survive_storing(scheduler: Scheduler[CardState], history: list[Review]) -> None:
    """Whoever made them, as plain JSON values."""
    state = scheduler.replay(history)

    assert scheduler.read_state(json.loads(json.dumps(state.to_dict()))) == state


@either
@given(history=histories, grade=grades)
def test_a_preview_is_what_would_come(scheduler: Scheduler[CardState], history: list[Review], grade: Grade) -> None:
    """For every grade."""
    state = scheduler.replay(history)
    at = (history[-1].at if history else NOON) + DAY

    preview = scheduler.preview(state, at=at)

    assert list(preview) == list(Grade)
    assert preview[grade] == scheduler.review(state, grade, at=at)


@either
def test_a_log_of_many_cards_is_replayed_card_by_card(scheduler: Scheduler[CardState]) -> None:
    """A card that was only practised is new still."""
    log = [
        Review("a", Grade.GOOD, NOON),
        Review("b", Grade.WRONG, NOON, practice=True),
        Review("a", Grade.PERFECT, NOON + DAY),
    ]

    assert replay_log(scheduler, log) == {
        "a": scheduler.replay([log[0], log[2]]),
        "b": scheduler.new_state(),
    }


@either
@pytest.mark.parametrize(
    ("history", "words"),
    [
        ([Review("a", Grade.GOOD, NOON), Review("a", Grade.GOOD, NOON - DAY)], "review 2 of a: .* cannot follow"),
        ([Review("a", Grade.GOOD, NOON), Review("b", Grade.GOOD, NOON)], "review 2 is of b, not of a"),
        ([(4, NOON), (7, NOON)], "review 2: a grade is"),
        ([(4, NOON.replace(tzinfo=None))], "review 1: .* no time zone"),
        ([4], "review 1 is a Review or a pair"),
        ([(4, NOON, 2)], "review 1 is a Review or a pair"),
    ],
)
def test_an_impossible_history_is_refused(scheduler: Scheduler[CardState], history: list[Review], words: str) -> None:
    """With one line that says at which review."""
    with pytest.raises(SchedulingError, match=words):
        scheduler.replay(history)


@either
def test_nothing_cannot_be_undone(scheduler: Scheduler[CardState]) -> None:
    """A card without a review has no last one."""
    with pytest.raises(SchedulingError, match="no review to undo"):
        scheduler.undo([])


@either
def test_recall_is_predicted_only_for_what_was_reviewed(scheduler: Scheduler[CardState]) -> None:
    """Between 0 and 1, falling, and never for the past."""
    state = scheduler.review(scheduler.new_state(), Grade.GOOD, at=NOON)

    assert 1 >= scheduler.predicted_recall(state, at=NOON) > scheduler.predicted_recall(state, at=NOON + 9 * DAY) > 0
    with pytest.raises(SchedulingError, match="never reviewed"):
        scheduler.predicted_recall(scheduler.new_state(), at=NOON)
    with pytest.raises(SchedulingError, match="before the last review"):
        scheduler.predicted_recall(state, at=NOON - DAY)


def test_a_learner_can_change_schedulers_and_keep_the_history() -> None:
    """The same log gives each its state."""
    log = [Review("a", Grade.GOOD, NOON), Review("a", Grade.PERFECT, NOON + DAY)]

    assert SM2().replay(log).due == date(2026, 3, 8)
    assert (FSRS().replay(log).due or date.min) > date(2026, 3, 8)


@given(histories)
def test_fsrs_states_are_those_of_the_package(history: list[Review]) -> None:
    """Fed with the study days at midnight, its own scheduler gives the same numbers."""
    engine = fsrs.Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    card = fsrs.Card(card_id=1)
    ratings = {0: 1, 1: 1, 2: 1, 3: 2, 4: 3, 5: 4}
    for review in history:
        day = StudyCalendar().day_of(review.at)
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        card, _ = engine.review_card(card, fsrs.Rating(ratings[review.grade]), midnight)

    state = FSRS().replay(history)

    assert (state.stability, state.difficulty) == (card.stability, card.difficulty)
    assert not history or state.due == card.due.date()


def test_fsrs_counts_nights_not_hours() -> None:
    """An evening and the next morning are a day apart; the package alone would call them the same day."""
    ours = FSRS(calendar=StudyCalendar("America/Chicago"))
    evening = datetime(2026, 3, 2, 2, tzinfo=UTC)
    state = ours.review(ours.new_state(), Grade.GOOD, at=evening)

    same_night = ours.review(state, Grade.GOOD, at=evening + timedelta(hours=3))
    morning = ours.review(state, Grade.GOOD, at=evening + timedelta(hours=12))

    assert same_night.stability == pytest.approx(state.stability)
    assert (morning.stability or 0) > 2 * (state.stability or 0)


def test_fsrs_after_a_journey_west_goes_on() -> None:
    """The study day before the last one counts as the last one."""
    east, west = FSRS(calendar=StudyCalendar("Pacific/Auckland")), FSRS(calendar=StudyCalendar("Pacific/Honolulu"))
    state = east.review(east.new_state(), Grade.GOOD, at=NOON + timedelta(hours=6))

    after = west.review(state, Grade.GOOD, at=NOON + timedelta(hours=11))

    assert after.stability == pytest.approx(state.stability)


@pytest.mark.parametrize(
    "settings",
    [
        {"desired_retention": 1.0},
        {"desired_retention": 0},
        {"max_interval_days": 0},
        {"max_interval_days": True},
        {"parameters": (1.0,)},
    ],
)
def test_an_impossible_fsrs_cannot_be_made(settings: dict[str, object]) -> None:
    """Each setting is checked when it is given, in one line."""
    with pytest.raises(SchedulingError) as caught:
        FSRS(**settings)  # type: ignore[arg-type]  # that they do not fit is the point

    assert "\n" not in str(caught.value)


def test_fsrs_at_the_end_of_the_calendar_says_so() -> None:
    """No traceback from inside the package."""
    ours = FSRS()
    state = FSRSState(30_000.0, 5.0, 1, date(9990, 1, 1), datetime(9990, 1, 1, tzinfo=UTC))

    with pytest.raises(SchedulingError, match="end of the calendar"):
        ours.review(state, Grade.PERFECT, at=datetime(9990, 1, 2, 12, tzinfo=UTC))


def test_without_the_package_fsrs_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line."""
    monkeypatch.setitem(sys.modules, "fsrs", None)

    with pytest.raises(CodecardsError, match="codecards\\[fsrs\\]"):
        FSRS()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"stability": None}, "or with none of them"),
        ({"stability": -1}, "stability is a number above 0"),
        ({"difficulty": True}, "difficulty is a number above 0"),
        ({"stability": "3"}, "stability is a number above 0"),
        ({"version": 2}, "install a newer one"),
        ({"step": 0}, "does not know step"),
    ],
)
def test_a_record_that_is_no_fsrs_state_is_refused(changes: dict[str, object], words: str) -> None:
    """As strictly as with SM-2."""
    stored = FSRS().review(FSRSState(), Grade.GOOD, at=NOON)

    assert FSRSState.from_json(stored.to_json()) == stored
    with pytest.raises(SchedulingError, match=words):
        FSRSState.from_dict({**stored.to_dict(), **changes})


@given(st.lists(histories))
def test_many_states_survive_storing_as_one_document(cards: list[list[Review]]) -> None:
    """New cards and reviewed ones, in their order."""
    states = [SM2().replay(history) for history in cards]

    assert states_from_json(states_to_json(states)) == states


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": "deck"}, "not the states"),
        ({"version": 2}, "version 2"),
        ({"due": []}, "equal length"),
        ({"due": None}, "equal length"),
        ({"mood": []}, "nothing else"),
        ({"repetitions": [True]}, "repetitions is a whole number"),
        ({"ease_permille": [1200]}, "ease_permille is a whole number, 1300 or more"),
        ({"interval_days": [1.0]}, "interval_days"),
        ({"due": ["2026-3-2"]}, "due is a date"),
        ({"due": [["2026-03-02"]]}, "due is a date"),
        ({"last_review": ["2026-03-01T12:00:00"]}, "last_review is a time"),
        ({"last_review": ["noon"]}, "last_review is a time"),
        ({"last_review": [7]}, "last_review is a time"),
    ],
)
def test_a_document_that_holds_no_states_is_refused(changes: dict[str, object], words: str) -> None:
    """Every value is checked, though all are read at once."""
    document = json.loads(states_to_json([MemoryState(1, 2500, 1, date(2026, 3, 2), NOON)]))

    with pytest.raises(SchedulingError, match=words):
        states_from_json(json.dumps(document | changes))


def test_a_document_that_is_no_document_is_refused() -> None:
    """Neither a list nor a torn file."""
    for text in ("[]", "{", ""):
        with pytest.raises(SchedulingError):
            states_from_json(text)
