"""Hypothesis strategies for the things codecards is about."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

from codecards import Grade, MemoryState

grades = st.sampled_from(list(Grade))
"""Any grade."""

instants = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- the zone is given
"""Any aware datetime of this century."""

states = st.builds(
    MemoryState,
    repetitions=st.integers(0, 30),
    ease_permille=st.integers(65, 200).map(lambda steps: steps * 20),
    interval_days=st.integers(1, 40_000),
)
"""Any state a card can be in after a review, but for its days. Ease moves in steps of 0.02."""
