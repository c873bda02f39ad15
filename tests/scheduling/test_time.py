"""What a review does when it comes early, late, twice, or after a clock change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
import pytest

from codecards import SM2, Grade, MemoryState, Review, StudyCalendar
from codecards.errors import SchedulingError
from strategies import grades, instants, states

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)

ZONES = [
    "America/New_York",
    "America/Chicago",
    "America/Phoenix",
    "Pacific/Honolulu",
    "Europe/London",
    "Asia/Kolkata",
    "Pacific/Auckland",
    "Australia/Lord_Howe",
    "Pacific/Kiritimati",
]

MATURE = MemoryState(3, 2500, 15, date(2026, 3, 16), NOON)


@given(states, grades, st.integers(0, 3000))
def test_however_late_the_scheduled_interval_is_multiplied(state: MemoryState, grade: Grade, late_days: int) -> None:
    """A card left for a year is not taken as known for a year."""
    dated = MemoryState(
        state.repetitions,
        state.ease_permille,
        state.interval_days,
        NOON.date(),
        NOON - DAY * min(state.interval_days, 900),
    )
    at = NOON + DAY * late_days

    after = SM2().review(dated, grade, at=at)

    in_time = SM2().replay_grades([grade], state)
    assert (after.repetitions, after.ease_permille, after.interval_days) == (
        in_time.repetitions,
        in_time.ease_permille,
        in_time.interval_days,
    )
    assert after.last_review == at


@pytest.mark.parametrize("profile", ["text", "source"])
def test_an_early_pass_counts_but_keeps_the_interval(profile: str) -> None:
    """It counts as a repetition, changes the ease, and the interval starts again from its day."""
    sm2 = SM2(profile="text" if profile == "text" else "source")

    after = sm2.review(MATURE, Grade.PERFECT, at=NOON + 10 * DAY)

    assert after == MemoryState(4, 2600, 15, date(2026, 3, 26), NOON + 10 * DAY)


def test_the_due_day_itself_is_not_early() -> None:
    """Nor is any time of it: the study day counts, not the hour."""
    first_minute = datetime(2026, 3, 16, 4, 0, tzinfo=UTC)

    assert SM2().review(MATURE, Grade.GOOD, at=first_minute).interval_days == 38
    assert SM2().review(MATURE, Grade.GOOD, at=first_minute - timedelta(minutes=1)).interval_days == 15


def test_passing_again_on_the_first_day_keeps_the_first_day() -> None:
    """The six days are for a card that was remembered over night, however often it was shown before."""
    sm2 = SM2()
    once = sm2.review(sm2.new_state(), Grade.GOOD, at=NOON)

    again = sm2.review(once, Grade.GOOD, at=NOON + timedelta(hours=3))
    overnight = sm2.review(again, Grade.GOOD, at=NOON + DAY)

    assert (again.repetitions, again.interval_days, again.due) == (1, 1, once.due)
    assert (overnight.repetitions, overnight.interval_days) == (2, 6)


def test_passing_after_a_lapse_on_the_same_day_starts_the_first_day() -> None:
    """A forgotten card starts again like a new one, which is never early."""
    sm2 = SM2()
    lapsed = sm2.review(MATURE, Grade.WRONG, at=NOON + 15 * DAY)

    after = sm2.review(lapsed, Grade.GOOD, at=NOON + 15 * DAY + timedelta(hours=1))

    assert (after.repetitions, after.interval_days, after.due) == (1, 1, date(2026, 3, 17))


@given(states, st.sampled_from([0, 1, 2]), st.integers(-40, 40))
def test_a_failure_is_a_failure_on_any_day(state: MemoryState, grade: int, day: int) -> None:
    """Early or late, the card starts again tomorrow."""
    dated = MemoryState(state.repetitions, state.ease_permille, state.interval_days, NOON.date(), NOON - 50 * DAY)
    at = NOON + DAY * day

    after = SM2().review(dated, grade, at=at)

    assert (after.repetitions, after.interval_days, after.due) == (0, 1, at.date() + DAY)


@given(st.lists(st.tuples(grades, st.integers(0, 30)), max_size=8))
def test_practice_leaves_the_state_alone(history: list[tuple[Grade, int]]) -> None:
    """A log with practice reviews between the others replays to the same state."""
    at, log, without = NOON, [], []
    for grade, days in history:
        at += DAY * days
        review = Review("card", grade, at)
        without.append(review)
        log += [review, Review("card", Grade.BLACKOUT, at + timedelta(minutes=5), practice=True)]

    assert SM2().replay(log) == SM2().replay(without)


@pytest.mark.parametrize("zone", ZONES)
def test_study_days_follow_one_another_in_every_zone(zone: str) -> None:
    """Through a year of clock changes, at every half hour: no day is skipped, doubled or out of order."""
    calendar = StudyCalendar(zone, 4)
    local = ZoneInfo(zone)
    at = datetime(2026, 1, 1, 12, tzinfo=UTC)
    previous = calendar.day_of(at)
    while at.year == 2026:
        at += timedelta(minutes=30)
        day = calendar.day_of(at)
        assert day - previous in (timedelta(0), DAY)
        if day != previous:
            wall = at.astimezone(local)
            assert (wall.hour, wall.date()) == (4, day)
        previous = day


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("hour", [0, 2, 3, 4])
def test_a_card_is_due_after_its_interval_of_mornings_in_every_zone(zone: str, hour: int) -> None:
    """An answer late on any evening of the year is due the next morning after as many nights as its interval."""
    sm2 = SM2(calendar=StudyCalendar(zone, hour))
    local = ZoneInfo(zone)
    for number in range(365):
        evening = datetime(2026, 1, 1, 23, 30, tzinfo=local) + DAY * number
        state = sm2.review(MemoryState(2, 2500, 6), Grade.GOOD, at=evening)

        assert state.due == evening.date() + 15 * DAY
        assert sm2.calendar.day_of(evening + 15 * DAY) == state.due


@pytest.mark.parametrize(
    ("zone", "at", "expected"),
    [
        # The hour that is skipped: 02:30 does not exist on this day.
        ("America/New_York", datetime(2026, 3, 8, 7, 59, tzinfo=UTC), date(2026, 3, 7)),
        ("America/New_York", datetime(2026, 3, 8, 8, 0, tzinfo=UTC), date(2026, 3, 8)),
        # The hour that comes twice.
        ("America/Chicago", datetime(2026, 11, 1, 6, 30, tzinfo=UTC), date(2026, 10, 31)),
        ("America/Chicago", datetime(2026, 11, 1, 10, 0, tzinfo=UTC), date(2026, 11, 1)),
        # No clock change here, whatever the neighbours do.
        ("America/Phoenix", datetime(2026, 7, 1, 10, 59, tzinfo=UTC), date(2026, 6, 30)),
        ("America/Phoenix", datetime(2026, 7, 1, 11, 0, tzinfo=UTC), date(2026, 7, 1)),
        # Half an hour of daylight saving.
        ("Australia/Lord_Howe", datetime(2026, 4, 4, 16, 59, tzinfo=UTC), date(2026, 4, 4)),
        ("Australia/Lord_Howe", datetime(2026, 4, 4, 17, 30, tzinfo=UTC), date(2026, 4, 5)),
        # Offsets of half an hour, and of fourteen hours.
        ("Asia/Kolkata", datetime(2026, 3, 1, 22, 29, tzinfo=UTC), date(2026, 3, 1)),
        ("Asia/Kolkata", datetime(2026, 3, 1, 22, 30, tzinfo=UTC), date(2026, 3, 2)),
        ("Pacific/Kiritimati", datetime(2026, 3, 1, 14, 0, tzinfo=UTC), date(2026, 3, 2)),
        ("Pacific/Honolulu", datetime(2026, 3, 1, 13, 59, tzinfo=UTC), date(2026, 2, 28)),
    ],
)
def test_known_rollovers(zone: str, at: datetime, expected: date) -> None:
    """Looked up on the wall clocks of the places."""
    assert StudyCalendar(zone).day_of(at) == expected


@given(instants, st.sampled_from(ZONES))
def test_an_instant_has_one_study_day_however_it_is_written(at: datetime, zone: str) -> None:
    """The learner's calendar decides, not the zone a program stores its times in."""
    calendar = StudyCalendar("America/Chicago")

    assert calendar.day_of(at.astimezone(ZoneInfo(zone))) == calendar.day_of(at)


def test_a_journey_west_is_no_trip_into_the_past() -> None:
    """An evening in Auckland and the same day again in Honolulu: the later review counts, as an early one."""
    auckland, honolulu = (
        SM2(calendar=StudyCalendar("Pacific/Auckland")),
        SM2(calendar=StudyCalendar("Pacific/Honolulu")),
    )
    state = auckland.review(auckland.new_state(), Grade.GOOD, at=NOON + timedelta(hours=6))

    after = honolulu.review(state, Grade.GOOD, at=NOON + timedelta(hours=11))

    assert state.due == date(2026, 3, 3)
    assert (after.repetitions, after.interval_days, after.due) == (1, 1, date(2026, 3, 2))


@pytest.mark.parametrize("at", [NOON.replace(tzinfo=None), datetime.max.replace(tzinfo=UTC)])
def test_times_that_belong_to_no_day_are_refused(at: datetime) -> None:
    """A naive time, and one whose local time is past the end of the calendar."""
    with pytest.raises(SchedulingError):
        StudyCalendar("Pacific/Kiritimati").day_of(at)


@pytest.mark.parametrize(
    "settings", [{"zone": "Mars/Olympus"}, {"zone": ""}, {"zone": 5}, {"rollover_hour": 24}, {"rollover_hour": True}]
)
def test_an_impossible_calendar_cannot_be_made(settings: dict[str, object]) -> None:
    """Neither an unknown zone nor an unknown hour."""
    with pytest.raises(SchedulingError):
        StudyCalendar(**settings)  # type: ignore[arg-type]  # that they do not fit is the point


@pytest.mark.parametrize(
    "settings", [{"profile": "anki"}, {"max_interval_days": 0}, {"max_interval_days": 1.5}, {"fuzz": 1}]
)
def test_an_impossible_scheduler_cannot_be_made(settings: dict[str, object]) -> None:
    """Each setting is checked when it is given."""
    with pytest.raises(SchedulingError):
        SM2(**settings)  # type: ignore[arg-type]  # that they do not fit is the point


def test_predicted_recall_is_the_anchor_on_the_due_day() -> None:
    """And 1 on the day of the review, and the anchor squared after twice the interval."""
    sm2 = SM2()

    assert sm2.predicted_recall(MATURE, at=NOON) == 1
    assert sm2.predicted_recall(MATURE, at=NOON + 15 * DAY) == 0.9
    assert sm2.predicted_recall(MATURE, at=NOON + 30 * DAY, anchor=0.8) == pytest.approx(0.64)


@pytest.mark.parametrize(
    ("state", "at", "anchor"),
    [
        (MemoryState(), NOON, 0.9),
        (MATURE, NOON - DAY, 0.9),
        (MATURE, NOON.replace(tzinfo=None), 0.9),
        (MATURE, NOON, 1.0),
        (MATURE, NOON, 0.0),
    ],
)
def test_no_recall_is_predicted_without_ground(state: MemoryState, at: datetime, anchor: float) -> None:
    """Not for a new card, nor for the past, nor without a probability to start from."""
    with pytest.raises(SchedulingError):
        SM2().predicted_recall(state, at=at, anchor=anchor)
