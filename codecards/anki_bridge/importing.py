"""Take the history from Anki into a store."""

from __future__ import annotations

from typing import TypeVar

from codecards.anki_bridge.history import AnkiHistory
from codecards.progress import Progress
from codecards.scheduling.scheduler import CardState
from codecards.store.store import Store

__all__ = ["import_reviews"]

State = TypeVar("State", bound=CardState)


def import_reviews(history: AnkiHistory, store: Store[State], *, progress: Progress | None = None) -> int:
    """Add the answers that were given in Anki to a store, each once however often it is imported.

    Args:
        history: What `read_reviews` found.
        store: The store. An answer that it holds stays as it is, and one that was taken back stays so.
        progress: Told how far the work is.

    Returns:
        How many answers were new.

    Raises:
        StoreError: They could not be kept; none was.
    """
    held = store.held(review.id for review in history.reviews if review.id)
    return store.record_all((review for review in history.reviews if review.id not in held), progress=progress)
