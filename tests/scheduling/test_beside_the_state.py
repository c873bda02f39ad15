"""Drill, leeches, queue, fuzz and buttons: what stands beside the states and changes none."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
import pytest

from codecards import SM2, Grade, MemoryState, Review, StudyCalendar
from codecards.errors import SchedulingError
from codecards.scheduling.buttons import FOUR_BUTTONS, PASS_FAIL, SIX_GRADES, Buttons
from codecards.scheduling.drill import Drill
from codecards.scheduling.fuzz import fuzz_days, fuzzed_due
from codecards.scheduling.leeches import is_leech_alert, lapses, leeches
from codecards.scheduling.queue import Queue, bury_siblings, due_cards, subject_of
from codecards.scheduling.sm2 import Profile
from strategies import grades

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TODAY = NOON.date()


def history(*grades: int, card: str = "a#describe") -> list[Review]:
    """Reviews of one card, a day apart."""
    return [Review(card, Grade(grade), NOON + timedelta(days=day)) for day, grade in enumerate(grades)]


def test_a_drill_ends_when_every_card_scored_four() -> None:
    """Wozniak's rule 7, with a card that needs three rounds."""
    drill = Drill().answered("a", 1).answered("b", 3).answered("c", 5)
    rounds = []
    for grade in (2, 4, 3, 4):
        assert drill.next is not None
        rounds.append(drill.next)
        drill = drill.answered(drill.next, grade)

    assert rounds == ["a", "b", "a", "a"]
    assert drill.next is None


@given(st.lists(st.tuples(st.sampled_from("abc"), grades, st.integers(0, 600)), max_size=30))
def test_a_drill_is_found_again_in_the_log(answers: list[tuple[str, Grade, int]]) -> None:
    """After a restart it goes on where it stood, and yesterday's drill is over."""
    calendar = StudyCalendar()
    at, log, drill, day = NOON, [], Drill(), TODAY
    for card, grade, minutes in answers:
        at += timedelta(minutes=minutes)
        log.append(Review(card, grade, at, practice=card in drill.cards))
        drill = (drill if calendar.day_of(at) == day else Drill()).answered(card, grade)
        day = calendar.day_of(at)

    assert Drill.of_day(log, day, calendar) == drill


def test_a_lapse_is_forgetting_what_was_known() -> None:
    """Failing a new card, or failing again before it is known again, is none."""
    assert lapses(history(1, 0, 4, 2, 1, 5, 5, 0)) == 2
    assert lapses([Review("a", Grade.GOOD, NOON), Review("a", Grade.WRONG, NOON, practice=True)]) == 0
    assert lapses([]) == 0


def test_leeches_are_found_in_a_log() -> None:
    """The worst first, and only from the threshold on."""
    log = [*history(*[4, 1] * 9), *history(*[4, 1] * 7, card="b"), *history(*[4, 1] * 8, card="c")]

    assert leeches(log) == {"a#describe": 9, "c": 8}
    assert list(leeches(log, threshold=1)) == ["a#describe", "c", "b"]


def test_a_leech_is_named_at_eight_lapses_and_at_every_fourth_after() -> None:
    """And at every one where the threshold is one."""
    assert [count for count in range(21) if is_leech_alert(count)] == [8, 12, 16, 20]
    assert all(is_leech_alert(count, threshold=1) for count in range(1, 5))


@pytest.mark.parametrize("threshold", [0, -1, 2.0, True])
def test_an_impossible_threshold_is_refused(threshold: int) -> None:
    """It is a whole number from 1 on."""
    with pytest.raises(SchedulingError):
        is_leech_alert(3, threshold)
    with pytest.raises(SchedulingError):
        leeches([], threshold)


def test_siblings_wait_for_another_day() -> None:
    """One card of each subject is asked, the most pressing; what was answered today buries its siblings too."""
    queue = bury_siblings(["a#1", "b#1", "a#2", "c#1", "c#2"], answered=["b#2", "c#2"])

    assert queue == Queue(cards=("a#1", "c#2"), buried=("b#1", "a#2", "c#1"))


@given(st.lists(st.sampled_from([f"{subject}#{kind}" for subject in "abcd" for kind in "xyz"]), unique=True))
def test_no_two_siblings_are_asked(cards: list[str]) -> None:
    """And no card is lost."""
    queue = bury_siblings(cards)

    assert len({subject_of(card) for card in queue.cards}) == len(queue.cards)
    assert sorted(queue.cards + queue.buried) == sorted(cards)


def test_the_longest_overdue_card_comes_first() -> None:
    """New cards and those due later do not come at all."""
    states = {
        "later": MemoryState(1, 2500, 1, TODAY + timedelta(1), NOON),
        "today": MemoryState(1, 2500, 1, TODAY, NOON),
        "overdue": MemoryState(1, 2500, 1, TODAY - timedelta(9), NOON),
        "new": MemoryState(),
    }

    assert due_cards(states, TODAY) == ("overdue", "today")
    assert due_cards(states, TODAY, fuzz=True) == ("overdue", "today")


def test_fuzz_spreads_cards_evenly_and_no_further_than_it_says() -> None:
    """Ten days become eight to twelve, a fifth of the cards each."""
    state = MemoryState(3, 2500, 10, TODAY + timedelta(10), NOON)
    drawn = Counter(fuzzed_due(state, f"card-{number}") for number in range(20_000))

    assert set(drawn) == {TODAY + timedelta(days) for days in (8, 9, 10, 11, 12)}
    assert all(3_800 < count < 4_200 for count in drawn.values())


@given(st.integers(1, 40_000), st.text(min_size=1), grades)
def test_fuzz_is_the_same_every_time(interval: int, card: str, grade: Grade) -> None:
    """For the same card and state; and what a preview shows is what comes."""
    sm2 = SM2(fuzz=True)
    state = MemoryState(3, 2500, interval, TODAY, NOON)

    shown = fuzzed_due(sm2.preview(state, at=NOON)[grade], card)

    after = sm2.review(state, grade, at=NOON)
    assert fuzzed_due(after, card) == shown
    assert shown is not None
    assert after.due is not None
    assert abs((shown - after.due).days) <= fuzz_days(after.interval_days) < after.interval_days


def test_fuzz_stays_inside_the_calendar_and_off_new_cards() -> None:
    """A card due on the last day of all cannot be shown after it."""
    assert fuzzed_due(MemoryState(), "a") is None
    last = MemoryState(9, 2500, 10_000, date.max, NOON)
    assert all((fuzzed_due(last, str(number)) or TODAY) <= date.max for number in range(50))


@given(st.integers(3, 2000), st.integers(0, 2000))
def test_a_review_within_the_fuzz_counts_as_due(interval: int, early_days: int) -> None:
    """With fuzz on, a card shown on its earliest day has its interval multiplied; a day before it has not."""
    due = MemoryState(3, 2500, interval, TODAY, NOON - timedelta(3000))
    sm2 = SM2(fuzz=True)

    after = sm2.review(due, Grade.GOOD, at=NOON - timedelta(early_days))

    assert (after.interval_days > interval) == (early_days <= fuzz_days(interval))


@pytest.mark.parametrize(
    ("buttons", "profile", "words"),
    [
        (SIX_GRADES, "text", None),
        (SIX_GRADES, "source", None),
        (FOUR_BUTTONS, "text", None),
        (FOUR_BUTTONS, "source", None),
        (PASS_FAIL, "text", "never changes"),
        (PASS_FAIL, "source", "only lower"),
        (Buttons({"No": Grade.WRONG, "Barely": Grade.HARD, "Yes": Grade.GOOD}), "text", "only lower"),
    ],
)
def test_buttons_say_what_they_keep_from_working(buttons: Buttons, profile: Profile, words: str | None) -> None:
    """In one line, where they freeze the ease or can only lower it."""
    warning = buttons.warning(profile)

    assert (warning is None) if words is None else (warning is not None and words in warning and "\n" not in warning)


@given(st.lists(st.sampled_from(["Fail", "Pass"])))
def test_pass_and_fail_do_freeze_the_ease_of_the_text_profile(pressed: list[str]) -> None:
    """The warning is true."""
    assert SM2().replay_grades(PASS_FAIL.grade(label) for label in pressed).ease_permille == 2500


def test_every_button_stands_for_a_grade() -> None:
    """As documented; an unknown one is refused by name."""
    assert [FOUR_BUTTONS.grade(label) for label in ("Again", "Hard", "Good", "Easy")] == [2, 3, 4, 5]
    assert [SIX_GRADES.grade(str(grade)) for grade in range(6)] == list(Grade)
    with pytest.raises(SchedulingError, match="no button is called 'Maybe'; there are Fail, Pass"):
        PASS_FAIL.grade("Maybe")
