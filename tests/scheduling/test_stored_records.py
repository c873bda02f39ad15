"""What is stored can be read for ever, and nothing else can."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
import json

from hypothesis import given
from hypothesis import strategies as st
import pytest

from codecards import Grade, MemoryState, Review
from codecards.errors import SchedulingError
from strategies import grades, instants, states

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

reviews = st.builds(
    Review,
    card_id=st.text(min_size=1),
    grade=grades,
    at=instants,
    duration_ms=st.none() | st.integers(0, 10**7),
    practice=st.booleans(),
    id=st.none() | st.text(min_size=1),
)

# As version 1 wrote them; these texts never change.
REVIEW_V1 = '{"version": 1, "card_id": "icd-10-cm:E11.9#describe", "grade": 4, "at": "2026-03-01T12:00:00-05:00", "duration_ms": 5200}'  # noqa: E501 -- one line, as stored
REVIEW_V2 = '{"version": 2, "card_id": "icd-10-cm:E11.9#describe", "grade": 4, "at": "2026-03-01T12:00:00-05:00", "duration_ms": 5200, "practice": true, "id": "a1"}'  # noqa: E501
STATE_V1 = '{"version": 1, "repetitions": 3, "ease_factor": 2.36, "interval_days": 15, "due": "2026-03-16", "last_review": "2026-03-01T12:00:00+00:00"}'  # noqa: E501
STATE_V2 = '{"version": 2, "repetitions": 3, "ease_permille": 2360, "interval_days": 15, "due": "2026-03-16", "last_review": "2026-03-01T12:00:00+00:00"}'  # noqa: E501

EARLY = datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=-5)))


@given(reviews)
def test_a_review_survives_storing(review: Review) -> None:
    """Through a dictionary and through JSON text."""
    assert Review.from_dict(review.to_dict()) == review
    assert Review.from_json(review.to_json()) == review


@given(states, st.none() | st.dates(), st.none() | instants)
def test_a_state_survives_storing(state: MemoryState, due: date | None, at: datetime | None) -> None:
    """Through a dictionary and through JSON text."""
    dated = MemoryState(state.repetitions, state.ease_permille, state.interval_days, due, at)

    assert MemoryState.from_dict(dated.to_dict()) == dated
    assert MemoryState.from_json(dated.to_json()) == dated


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (REVIEW_V1, Review("icd-10-cm:E11.9#describe", Grade.GOOD, EARLY, 5200)),
        (REVIEW_V2, Review("icd-10-cm:E11.9#describe", Grade.GOOD, EARLY, 5200, practice=True, id="a1")),
    ],
)
def test_every_version_of_a_review_is_read(text: str, expected: Review) -> None:
    """An upgrade of codecards keeps the learner's log."""
    assert Review.from_json(text) == expected
    assert json.loads(expected.to_json())["version"] == 2


@pytest.mark.parametrize("text", [STATE_V1, STATE_V2])
def test_every_version_of_a_state_is_read(text: str) -> None:
    """An upgrade of codecards keeps the learner's progress, the ease exact from now on."""
    assert MemoryState.from_json(text) == MemoryState(3, 2360, 15, date(2026, 3, 16), NOON)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"grade": 6}, "a grade is"),
        ({"grade": True}, "a grade is"),
        ({"grade": "4"}, "a grade is"),
        ({"at": "2026-03-01T12:00:00"}, "time with its offset"),
        ({"at": "yesterday at noon"}, "time with its offset"),
        ({"at": "2026-03-01"}, "time with its offset"),
        ({"at": 1772366400}, "time with its offset"),
        ({"duration_ms": -1}, "duration_ms"),
        ({"duration_ms": 1.5}, "duration_ms"),
        ({"practice": 0}, "practice is stored as bool"),
        ({"id": 7}, "id is stored as str"),
        ({"id": ""}, "id of a review"),
        ({"card_id": None}, "card_id is stored as str"),
        ({"card_id": ""}, "card id"),
        ({"mood": "good"}, "does not know mood"),
        ({"version": 3}, "install a newer one"),
        ({"version": None}, "a version"),
        ({"version": True}, "a version"),
        ({"version": 0}, "a version"),
        ({"version": 1}, "does not know id, practice"),
    ],
)
def test_a_record_that_is_no_review_is_refused(changes: dict[str, object], words: str) -> None:
    """With one line that names the key."""
    with pytest.raises(SchedulingError, match=words) as caught:
        Review.from_dict(json.loads(REVIEW_V2) | changes)

    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"repetitions": -1}, "repetitions is a whole number"),
        ({"ease_permille": 1299}, "ease_permille is a whole number, 1300 or more"),
        ({"ease_permille": 2500.0}, "ease_permille"),
        ({"interval_days": True}, "interval_days"),
        ({"due": "20260316"}, "due is a date"),
        ({"due": "2026-02-30"}, "due is a date"),
        ({"due": "2026-03-16T00:00"}, "due is a date"),
        ({"last_review": "2026-03-01T12:00:00"}, "last_review is a time"),
        ({"version": 9}, "version 9"),
        ({"stability": 1}, "does not know stability"),
    ],
)
def test_a_record_that_is_no_state_is_refused(changes: dict[str, object], words: str) -> None:
    """With one line that names the key."""
    with pytest.raises(SchedulingError, match=words):
        MemoryState.from_dict(json.loads(STATE_V2) | changes)


@pytest.mark.parametrize("factor", ["2.5", float("nan"), 1.2, True])
def test_an_old_ease_that_is_none_is_refused(factor: object) -> None:
    """Migration checks as strictly as reading does."""
    with pytest.raises(SchedulingError, match="ease"):
        MemoryState.from_dict(json.loads(STATE_V1) | {"ease_factor": factor})


@pytest.mark.parametrize("key", ["version", "card_id", "grade", "at", "duration_ms", "practice", "id"])
def test_a_missing_key_is_named(key: str) -> None:
    """Nothing is filled in by guessing."""
    record = json.loads(REVIEW_V2)
    del record[key]

    with pytest.raises(SchedulingError, match=key):
        Review.from_dict(record)


@pytest.mark.parametrize("kind", [Review, MemoryState])
@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000, b"\xff"])
def test_what_is_no_record_at_all_is_refused(kind: type[Review | MemoryState], text: str | bytes) -> None:
    """One line, whatever was in the file."""
    with pytest.raises(SchedulingError):
        kind.from_json(text)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (("", Grade.GOOD, NOON), "card id"),
        ((7, Grade.GOOD, NOON), "card id"),
        (("c", 6, NOON), "a grade is"),
        (("c", Grade.GOOD, NOON.replace(tzinfo=None)), "aware datetime"),
        (("c", Grade.GOOD, date(2026, 3, 1)), "aware datetime"),
        (("c", Grade.GOOD, NOON, -5), "milliseconds"),
        (("c", Grade.GOOD, NOON, True), "milliseconds"),
        (("c", Grade.GOOD, NOON, None, 1), "practice is"),
        (("c", Grade.GOOD, NOON, None, False, 5), "id of a review"),
    ],
)
def test_an_impossible_review_cannot_be_made(values: tuple[object, ...], words: str) -> None:
    """It is checked when it is made, so the log never holds one."""
    with pytest.raises(SchedulingError, match=words):
        Review(*values)  # type: ignore[arg-type]  # that they do not fit is the point


def test_a_grade_may_be_a_plain_number() -> None:
    """It becomes a Grade, as with a scheduler's review."""
    assert Review("c", 4, NOON).grade is Grade.GOOD
