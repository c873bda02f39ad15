"""SM-2 on every short history, against an implementation in fractions that shares no line with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
import itertools
import json
import math
from pathlib import Path

import numpy as np
import pytest

from codecards import SM2, MemoryState
from codecards.scheduling.batch import replay_columns
from codecards.scheduling.sm2 import Profile

VECTORS = Path(__file__).parents[1] / "data"
LONGEST = 6
SEQUENCES = [sequence for length in range(1, LONGEST + 1) for sequence in itertools.product(range(6), repeat=length)]

Fractions = tuple[int, Fraction, int]


def by_fractions(state: Fractions, grade: int, profile: str) -> Fractions:
    """One review as the published text has it, in exact fractions."""
    repetitions, ease, interval = state
    miss = 5 - grade
    changed = max(Fraction(13, 10), ease + Fraction(1, 10) - miss * (Fraction(8, 100) + miss * Fraction(2, 100)))
    if grade < 3:
        return 0, (ease if profile == "text" else changed), 1
    if repetitions == 0:
        days = 1
    elif repetitions == 1:
        days = 6
    else:
        # round() on a fraction rounds halves to even.
        days = math.ceil(interval * ease) if profile == "text" else round(interval * ease)
    return repetitions + 1, changed, days


@pytest.fixture(scope="module", params=["text", "source"])
def expected(request: pytest.FixtureRequest) -> tuple[Profile, dict[tuple[int, ...], tuple[int, int, int]]]:
    """The profile, and what it gives after every sequence: repetitions, ease in thousandths, interval."""
    reached: dict[tuple[int, ...], Fractions] = {(): (0, Fraction(5, 2), 0)}
    for sequence in SEQUENCES:
        reached[sequence] = by_fractions(reached[sequence[:-1]], sequence[-1], request.param)
    plain = {sequence: (n, int(ease * 1000), days) for sequence, (n, ease, days) in reached.items() if sequence}
    return request.param, plain


Expected = tuple[Profile, dict[tuple[int, ...], tuple[int, int, int]]]


def test_replayed_grades_are_exact(expected: Expected) -> None:
    """Every sequence of up to six grades."""
    profile, reached = expected
    sm2 = SM2(profile=profile)

    for sequence in SEQUENCES:
        state = sm2.replay_grades(sequence)
        assert (state.repetitions, state.ease_permille, state.interval_days) == reached[sequence]


def test_reviews_on_their_due_days_are_exact(expected: Expected) -> None:
    """Every sequence of up to six grades, one by one, each answer given on the day it was due."""
    profile, reached = expected
    sm2 = SM2(profile=profile)
    start = datetime(2026, 3, 1, 12, tzinfo=UTC)
    states: dict[tuple[int, ...], MemoryState] = {(): sm2.new_state()}

    for sequence in SEQUENCES:
        before = states[sequence[:-1]]
        at = start if before.due is None else datetime.combine(before.due, time(12), UTC)
        state = states[sequence] = sm2.review(before, sequence[-1], at=at)
        assert (state.repetitions, state.ease_permille, state.interval_days) == reached[sequence]
        assert state.due == at.date() + timedelta(days=state.interval_days)


@pytest.mark.parametrize("as_arrays", [False, True])
def test_columns_are_exact(expected: Expected, as_arrays: bool) -> None:  # noqa: FBT001 -- a parameter of the test
    """Every sequence of up to six grades is a card, and all cards are replayed at once, their rows mixed."""
    profile, reached = expected
    rows = [
        (number, sequence[place])
        for place in range(LONGEST)
        for number, sequence in enumerate(SEQUENCES)
        if place < len(sequence)
    ]
    cards, grades = zip(*rows, strict=True)

    if as_arrays:
        columns = replay_columns(np.array(cards), np.array(grades), sm2=SM2(profile=profile))
    else:
        columns = replay_columns(cards, grades, sm2=SM2(profile=profile))
    numbers = zip(columns.repetitions, columns.ease_permille, columns.interval_days, strict=True)
    got = dict(zip(columns.card, numbers, strict=True))

    assert got == {number: reached[sequence] for number, sequence in enumerate(SEQUENCES)}


def _vectors() -> Iterator[tuple[str, dict[str, object]]]:
    for profile in ("text", "source"):
        for vector in json.loads((VECTORS / f"sm2_{profile}_profile.json").read_bytes()):
            yield profile, vector


@pytest.mark.parametrize(("profile", "vector"), list(_vectors()), ids=lambda value: str(value)[:60])
def test_published_vectors_hold(profile: Profile, vector: dict[str, object]) -> None:
    """The vectors that other implementations are measured by, with their starts of every kind."""
    data = json.loads(json.dumps(vector))
    sm2 = SM2(profile=profile)
    start = data["start"]
    state = MemoryState(start["repetitions"], round(start["ease_factor"] * 1000), start["interval_days"])

    for grade, after in zip(data["grades"], data["states"], strict=True):
        state = sm2.replay_grades([grade], state)
        expected = MemoryState(after["repetitions"], round(after["ease_factor"] * 1000), after["interval_days"])
        assert state == expected


def test_thirteen_perfect_answers_reach_the_end_of_the_calendar_and_stay_there() -> None:
    """Where other packages overflow, the card is due on the last day Python knows."""
    sm2 = SM2()
    state = sm2.new_state()
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)

    for _ in range(13):
        state = sm2.review(state, 5, at=at)
        at = max(at, datetime(min(9999, state.due.year), 1, 1, 12, tzinfo=UTC)) if state.due else at
        at = at.replace(month=12, day=31)

    assert state.due == date.max


def test_a_longest_interval_holds_everywhere() -> None:
    """One by one and over a history."""
    sm2 = SM2(max_interval_days=30)

    assert sm2.replay_grades([5] * 20).interval_days == 30
    assert sm2.review(MemoryState(3, 2500, 20), 5, at=datetime(2026, 3, 1, 12, tzinfo=UTC)).interval_days == 30
