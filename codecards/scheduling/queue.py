"""What to ask today: the cards that are due, and of siblings only one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import attrs

from codecards.scheduling.fuzz import Scheduled, fuzzed_due

__all__ = ["Queue", "bury_siblings", "due_cards", "subject_of"]


@attrs.frozen
class Queue:
    """The cards of a day.

    Args:
        cards: The ids of the cards to ask, in order.
        buried: The ids of those that wait for another day, because a sibling is asked or was answered.
    """

    cards: tuple[str, ...] = ()
    buried: tuple[str, ...] = ()


def subject_of(card_id: str) -> str:
    """Return the id of a card's subject: the card id up to its last ``#``.

    >>> subject_of("icd-10-cm:E11.9#describe")
    'icd-10-cm:E11.9'
    """
    return card_id.rpartition("#")[0] or card_id


def due_cards(states: Mapping[str, Scheduled], day: date, *, fuzz: bool = False) -> tuple[str, ...]:
    """Return the ids of the cards that are due on a study day, the longest overdue first.

    Args:
        states: The state of each card, by card id. New cards are never due.
        day: The study day.
        fuzz: Whether to show cards on their `fuzzed_due` day; then the scheduler needs ``fuzz=True`` too.
    """
    shown = ((fuzzed_due(state, card_id) if fuzz else state.due, card_id) for card_id, state in states.items())
    return tuple(card_id for _, card_id in sorted((due, card_id) for due, card_id in shown if due and due <= day))


def bury_siblings(cards: Iterable[str], answered: Iterable[str] = ()) -> Queue:
    """Return a queue that asks one card of each subject: a sibling would give its answer away.

    Args:
        cards: The ids of the cards to ask, the most pressing first.
        answered: The ids of the cards that were answered today already.

    >>> bury_siblings(["a#describe", "b#encode", "a#encode"], answered=["b#describe"])
    Queue(cards=('a#describe',), buried=('b#encode', 'a#encode'))
    """
    answered = set(answered)
    taken = {subject_of(card_id): card_id for card_id in answered}
    asked: list[str] = []
    buried: list[str] = []
    for card_id in cards:
        # A card that was answered today and is due again has no one but itself in its way.
        if card_id in answered or taken.setdefault(subject_of(card_id), card_id) == card_id:
            asked.append(card_id)
        else:
            buried.append(card_id)
    return Queue(tuple(asked), tuple(buried))
