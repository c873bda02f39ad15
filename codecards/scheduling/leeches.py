"""Leeches: cards that are forgotten again and again, and cost more than they teach."""

from __future__ import annotations

from collections.abc import Iterable

from codecards.errors import SchedulingError
from codecards.scheduling.log import Review
from codecards.scheduling.sm2_rules import PASS

__all__ = ["LEECH_THRESHOLD", "is_leech_alert", "lapses", "leeches"]

LEECH_THRESHOLD = 8
"""Lapses that make a leech. Source: Anki's default; it then warns again after every half of it."""


def lapses(reviews: Iterable[Review]) -> int:
    """Return how often one card was forgotten after it had been known.

    A failing grade is a lapse when the review before it passed; failing again while
    learning it anew is the same lapse. Practice reviews are passed over.

    Args:
        reviews: The history of the card, oldest first.
    """
    count = 0
    known = False
    for review in reviews:
        if not review.practice:
            count += known and review.grade < PASS
            known = review.grade >= PASS
    return count


def is_leech_alert(lapse_count: int, threshold: int = LEECH_THRESHOLD) -> bool:
    """Return whether the latest lapse calls for a word to the learner.

    It does at the threshold, and then after every half of it: at 8, 12, 16 lapses and so on.

    Args:
        lapse_count: The lapses of the card, the latest included.
        threshold: Lapses that make a leech, 1 or more.

    Raises:
        SchedulingError: The threshold is not possible.

    >>> [count for count in range(20) if is_leech_alert(count)]
    [8, 12, 16]
    """
    _check(threshold)
    return lapse_count >= threshold and (lapse_count - threshold) % max(1, threshold // 2) == 0


def leeches(reviews: Iterable[Review], threshold: int = LEECH_THRESHOLD) -> dict[str, int]:
    """Return the lapses of every leech in a log, by card id, the worst first.

    Args:
        reviews: The log, oldest first.
        threshold: Lapses that make a leech, 1 or more.

    Raises:
        SchedulingError: The threshold is not possible.
    """
    _check(threshold)
    histories: dict[str, list[Review]] = {}
    for review in reviews:
        histories.setdefault(review.card_id, []).append(review)
    counts = {card_id: lapses(history) for card_id, history in histories.items()}
    worst_first = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return {card_id: count for card_id, count in worst_first if count >= threshold}


def _check(threshold: int) -> None:
    if type(threshold) is not int or threshold < 1:
        msg = f"a leech threshold is a whole number of lapses, 1 or more, not {threshold!r}"
        raise SchedulingError(msg)
