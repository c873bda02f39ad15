"""How long work tells its caller how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

__all__ = ["Progress", "track"]

Item = TypeVar("Item")

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many items are done, and how many there are."""

_STEP = 500


def track(items: Sequence[Item], doing: str, progress: Progress | None) -> Iterator[Item]:
    """Yield `items`, telling `progress` now and then and at the end.

    >>> list(track("ab", "reading", lambda *how_far: print(*how_far)))
    reading 0 2
    reading 2 2
    ['a', 'b']
    """
    if progress is None:
        yield from items
        return
    for number, item in enumerate(items):
        if number % _STEP == 0:
            progress(doing, number, len(items))
        yield item
    progress(doing, len(items), len(items))
