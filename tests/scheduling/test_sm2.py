"""SM-2 keeps the rules of its author, exactly."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st
import pytest

from codecards import SM2, Grade, MemoryState, StudyCalendar
from codecards.errors import SchedulingError
from codecards.scheduling.sm2 import Profile
from strategies import grades, instants, states

PROFILES: tuple[Profile, ...] = ("text", "source")
VECTORS = Path(__file__).parents[1] / "data"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

profiles = st.sampled_from(PROFILES)


def _vectors(profile: str) -> list[dict[str, Any]]:
    vectors: list[dict[str, Any]] = json.loads((VECTORS / f"sm2_{profile}_profile.json").read_text())
    return vectors


@pytest.mark.parametrize("profile", PROFILES)
def test_every_vector_passes(profile: Profile) -> None:
    """25 histories, 132 reviews, computed by three independent exact implementations."""
    for vector in _vectors(profile):
        start = vector["start"]
        state = MemoryState(start["repetitions"], round(start["ease_factor"] * 1000), start["interval_days"])
        reached = [
            SM2(profile).replay_grades(vector["grades"][:count], state) for count in range(1, len(vector["grades"]) + 1)
        ]

        assert [
            {
                "repetitions": after.repetitions,
                "ease_permille": after.ease_permille,
                "interval_days": after.interval_days,
            }
            for after in reached
        ] == [
            {
                "repetitions": after["repetitions"],
                "ease_permille": round(after["ease_factor"] * 1000),
                "interval_days": after["interval_days"],
            }
            for after in vector["states"]
        ], vector["name"]


@given(profiles, states, grades)
def test_ease_never_falls_below_its_floor(profile: Profile, state: MemoryState, grade: Grade) -> None:
    """Wozniak 1990, rule 5."""
    assert SM2(profile).replay_grades([grade], state).ease_permille >= 1300


@given(states, grades)
def test_the_text_profile_leaves_ease_alone_after_a_lapse(state: MemoryState, grade: Grade) -> None:
    """Wozniak 1990, rule 6: "without changing the E-Factor"."""
    after = SM2("text").replay_grades([grade], state)

    assert (after.ease_permille == state.ease_permille) or grade >= Grade.HARD


@given(profiles, states, grades)
def test_a_lapse_starts_again_at_one_day(profile: Profile, state: MemoryState, grade: Grade) -> None:
    """Wozniak 1990, rule 6."""
    after = SM2(profile).replay_grades([grade], state)

    expected = (0, 1) if grade < Grade.HARD else (state.repetitions + 1, after.interval_days)
    assert (after.repetitions, after.interval_days) == expected


@given(states.filter(lambda state: state.repetitions >= 2))
@example(MemoryState(2, 1340, 750))
def test_the_text_profile_rounds_intervals_up_exactly(state: MemoryState) -> None:
    """Wozniak 1990, rule 3. In floats 750 x 1.34 is a day too long."""
    exact = Fraction(state.interval_days) * Fraction(state.ease_permille, 1000)
    interval = SM2("text").replay_grades([Grade.GOOD], state).interval_days

    assert 0 <= interval - exact < 1


@given(states.filter(lambda state: state.repetitions >= 2))
@example(MemoryState(2, 2500, 1))
@example(MemoryState(2, 2500, 3))
@example(MemoryState(2, 1300, 5))
def test_the_source_profile_rounds_half_to_even_exactly(state: MemoryState) -> None:
    """As the plug-in's own language does."""
    exact = Fraction(state.interval_days) * Fraction(state.ease_permille, 1000)

    assert SM2("source").replay_grades([Grade.GOOD], state).interval_days == round(exact)


@given(profiles, states)
def test_interval_and_repetitions_never_fall_with_a_better_grade(profile: Profile, state: MemoryState) -> None:
    """In both profiles."""
    after = [SM2(profile).replay_grades([grade], state) for grade in Grade]

    assert [item.interval_days for item in after] == sorted(item.interval_days for item in after)
    assert [item.repetitions for item in after] == sorted(item.repetitions for item in after)


@given(states)
def test_ease_never_falls_with_a_better_grade(state: MemoryState) -> None:
    """Over all grades in the source profile; over those that pass in the text profile."""
    source = [SM2("source").replay_grades([grade], state).ease_permille for grade in Grade]
    text = [SM2("text").replay_grades([grade], state).ease_permille for grade in (3, 4, 5)]

    assert source == sorted(source)
    assert text == sorted(text)


@given(profiles, st.lists(grades, max_size=12), instants)
def test_a_review_with_a_day_and_a_replay_of_grades_agree(
    profile: Profile, history: list[Grade], start: datetime
) -> None:
    """Reviewed on the day it is due, a card does what the grades alone say."""
    sm2 = SM2(profile, max_interval_days=1000)
    state, at = sm2.new_state(), start
    for grade in history:
        state = sm2.review(state, grade, at=at)
        at += timedelta(days=state.interval_days)
    plain = sm2.replay_grades(history)

    assert (state.repetitions, state.ease_permille, state.interval_days) == (
        plain.repetitions,
        plain.ease_permille,
        plain.interval_days,
    )


@given(profiles, grades, instants)
def test_a_review_changes_nothing_but_its_result(profile: Profile, grade: Grade, at: datetime) -> None:
    """The same call gives the same state, and leaves its argument as it was."""
    sm2 = SM2(profile)
    state = sm2.review(sm2.new_state(), Grade.GOOD, at=at)
    before = hash(state)

    assert sm2.review(state, grade, at=at) == sm2.review(state, grade, at=at)
    assert hash(state) == before


def test_a_card_is_due_an_interval_after_its_study_day() -> None:
    """An answer after midnight, before rollover, belongs to the evening."""
    sm2 = SM2(calendar=StudyCalendar("America/Chicago", rollover_hour=4))
    late = datetime(2026, 3, 2, 9, 59, tzinfo=UTC)  # 3:59 in Chicago

    assert sm2.review(sm2.new_state(), 4, at=late).due == date(2026, 3, 2)
    assert sm2.review(sm2.new_state(), 4, at=late + timedelta(minutes=1)).due == date(2026, 3, 3)


def test_preview_shows_what_each_grade_would_do() -> None:
    """Before the answer is given."""
    sm2 = SM2()
    preview = sm2.preview(sm2.new_state(), at=NOON)

    assert preview == {grade: sm2.review(sm2.new_state(), grade, at=NOON) for grade in Grade}


def test_a_new_card_knows_nothing() -> None:
    """And is due on no day."""
    state = SM2().new_state()

    assert (state.repetitions, state.ease_factor, state.interval_days) == (0, 2.5, 0)
    assert (state.due, state.last_review) == (None, None)


def test_perfect_answers_never_run_out_of_calendar() -> None:
    """Thirteen in a row pass the year 9999; others raise OverflowError there."""
    sm2 = SM2()
    state, at = sm2.new_state(), NOON
    for _ in range(12):
        state = sm2.review(state, Grade.PERFECT, at=at)
        at += timedelta(days=state.interval_days)
    state = sm2.review(state, Grade.PERFECT, at=at)

    assert state.due == date.max
    assert state.interval_days > (date.max - at.date()).days


def test_intervals_stop_at_the_ceiling_asked_for() -> None:
    """And grow from there no further."""
    assert SM2(max_interval_days=100).replay_grades([5] * 20).interval_days == 100


@pytest.mark.parametrize("grade", [-1, 6, True, False, 4.0, "4", None])
def test_what_is_no_grade_is_refused(grade: Any) -> None:
    """A float or a bool is a slip somewhere else."""
    with pytest.raises(SchedulingError, match="a grade is a whole number from 0"):
        SM2().review(MemoryState(), grade, at=NOON)
    with pytest.raises(ValueError, match="a grade is a whole number from 0"):
        SM2().replay_grades([grade])


def test_a_naive_time_is_refused() -> None:
    """It could mean any day."""
    with pytest.raises(SchedulingError, match=r"has no time zone; give an aware datetime"):
        SM2().review(MemoryState(), 4, at=datetime(2026, 3, 1, 12))  # noqa: DTZ001 -- that is the point


def test_a_review_before_the_last_one_is_refused() -> None:
    """Replaying in order is the way out."""
    sm2 = SM2()
    state = sm2.review(sm2.new_state(), 4, at=NOON)

    with pytest.raises(SchedulingError, match="cannot follow the one at"):
        sm2.review(state, 4, at=NOON - timedelta(seconds=1))


def test_the_hour_that_autumn_repeats_is_in_order() -> None:
    """Ten past one, the second time, comes after ten to two, the first time."""
    chicago = ZoneInfo("America/Chicago")
    first = datetime(2026, 11, 1, 1, 50, tzinfo=chicago, fold=0)
    second = datetime(2026, 11, 1, 1, 10, tzinfo=chicago, fold=1)
    sm2 = SM2()

    assert sm2.review(sm2.review(sm2.new_state(), 4, at=first), 4, at=second).last_review == second
    with pytest.raises(SchedulingError, match="cannot follow"):
        sm2.review(sm2.review(sm2.new_state(), 4, at=second), 4, at=first)


@pytest.mark.parametrize(
    "arguments",
    [
        {"profile": "anki"},
        {"max_interval_days": 0},
        {"max_interval_days": 1.5},
        {"max_interval_days": True},
    ],
)
def test_a_scheduler_refuses_settings_that_mean_nothing(arguments: dict[str, Any]) -> None:
    """When it is made, not at some later review."""
    with pytest.raises(SchedulingError):
        SM2(**arguments)


@pytest.mark.parametrize(
    ("zone", "hour"), [("Mars/Olympus", 4), ("", 4), ("../etc/passwd", 4), ("UTC", 24), ("UTC", True)]
)
def test_a_calendar_refuses_zones_and_hours_that_are_none(zone: str, hour: int) -> None:
    """When it is made."""
    with pytest.raises(SchedulingError):
        StudyCalendar(zone, rollover_hour=hour)
