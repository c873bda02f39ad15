"""Interval fuzz: cards learned together drift apart, the same way every time.

Fuzz moves only the day on which a card is shown. Its state holds the exact due day, so that a preview shows what
will be and a log replays to the same state without knowing what was drawn.
"""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256
from typing import Protocol

__all__ = ["Scheduled", "fuzz_days", "fuzzed_due"]

# The fuzz grows with the interval: a day, and 15 % of its days from 2.5 to 7, 10 % from there to 20, and 5 % after.
# Source: the bands of Anki's scheduler. All in thousandths of a day.
_LEAST_INTERVAL = 3
_BANDS = ((2_500, 7_000, 15), (7_000, 20_000, 10), (20_000, None, 5))
_THOUSAND = 1000
_BITS = 64


class Scheduled(Protocol):
    """What every scheduler's state says of the next review."""

    @property
    def due(self) -> date | None:
        """The study day of the next review, or None for a card never reviewed."""

    @property
    def interval_days(self) -> int:
        """Days from the last review to the next one."""


def fuzz_days(interval_days: int) -> int:
    """Return by how many days fuzz may move a review, either way.

    Args:
        interval_days: The interval, in days.

    >>> [fuzz_days(interval) for interval in (1, 2, 3, 10, 100)]
    [0, 0, 1, 2, 7]
    """
    if interval_days < _LEAST_INTERVAL:
        return 0
    most = 1000
    for first, last, percent in _BANDS:
        end = interval_days * _THOUSAND if last is None else min(interval_days * _THOUSAND, last)
        most += max(0, end - first) * percent // 100
    return (most + _THOUSAND // 2) // _THOUSAND


def fuzzed_due(state: Scheduled, card_id: str) -> date | None:
    """Return the study day on which to show a card: near its due day, the same for the same state.

    Every day of the range is as likely as any other: the draw is floored, where rounding would
    give its ends half the weight and reach a day beyond.

    Args:
        state: The state of the card.
        card_id: The id of the card, which seeds the draw.

    >>> from codecards import MemoryState
    >>> fuzzed_due(MemoryState(3, 2500, 10, date(2026, 3, 11)), "icd-10-cm:E11.9#describe").isoformat()
    '2026-03-11'
    """
    due = state.due
    if due is None:
        return None
    reach = fuzz_days(state.interval_days)
    seed = f"{card_id}\0{due.isoformat()}\0{state.interval_days}"
    draw = int.from_bytes(sha256(seed.encode("utf-8", "surrogatepass")).digest()[: _BITS // 8], "big")
    moved = due.toordinal() - reach + (draw * (2 * reach + 1) >> _BITS)
    return due + timedelta(days=min(moved, date.max.toordinal()) - due.toordinal())
