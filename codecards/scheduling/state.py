"""What is remembered of a card: a few numbers that never change, only give way to new ones."""

from __future__ import annotations

from datetime import date, datetime

import attrs

__all__ = ["MemoryState"]


@attrs.frozen
class MemoryState:
    """What SM-2 knows of one card.

    Args:
        repetitions: Successful reviews in a row.
        ease_permille: The E-Factor in thousandths, 1300 or more: 2500 is 2.5.
        interval_days: Days from the last review to the next one; 0 before the first.
        due: The study day of the next review, or None for a card never reviewed.
        last_review: When it was last reviewed, or None.
    """

    repetitions: int = 0
    ease_permille: int = 2500
    interval_days: int = 0
    due: date | None = None
    last_review: datetime | None = None

    @property
    def ease_factor(self) -> float:
        """The E-Factor as the literature writes it; the exact value is `ease_permille`.

        >>> MemoryState().ease_factor
        2.5
        """
        return self.ease_permille / 1000
