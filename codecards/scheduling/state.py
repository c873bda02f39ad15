"""What is remembered of a card: a few numbers that never change, only give way to new ones."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
import json
import math
from typing import Any, Final, Literal, TypedDict

import attrs

from codecards.errors import SchedulingError
from codecards.scheduling.records import Layout, brought_forward, from_json_text, instant, study_day, whole_number

__all__ = ["MemoryState", "MemoryStateRecord", "state_of", "states_of"]

VERSION: Final = 2

_LOWEST_EASE = 1300
_THOUSAND = 1000


class MemoryStateRecord(TypedDict):
    """A memory state as it is stored: plain JSON values."""

    version: Literal[2]
    repetitions: int
    ease_permille: int
    interval_days: int
    due: str | None
    last_review: str | None


@attrs.define(eq=False, repr=False)
class _Fields:
    """The fields of a `MemoryState`, while it is being made."""

    repetitions: int = 0
    ease_permille: int = 2500
    interval_days: int = 0
    due: date | None = None
    last_review: datetime | None = None


@attrs.frozen
class MemoryState(_Fields):
    """What SM-2 knows of one card.

    Args:
        repetitions: Successful reviews in a row.
        ease_permille: The E-Factor in thousandths, 1300 or more: 2500 is 2.5.
        interval_days: Days from the last review to the next one; 0 before the first.
        due: The study day of the next review, or None for a card never reviewed.
        last_review: When it was last reviewed, or None.
    """

    @property
    def ease_factor(self) -> float:
        """The E-Factor as the literature writes it; the exact value is `ease_permille`.

        >>> MemoryState().ease_factor
        2.5
        """
        return self.ease_permille / _THOUSAND

    def to_dict(self) -> MemoryStateRecord:
        """Return the state as a dictionary of plain JSON values, with the version of its layout.

        >>> MemoryState().to_dict()["ease_permille"]
        2500
        """
        return {
            "version": VERSION,
            "repetitions": self.repetitions,
            "ease_permille": self.ease_permille,
            "interval_days": self.interval_days,
            "due": self.due.isoformat() if self.due else None,
            "last_review": self.last_review.isoformat() if self.last_review else None,
        }

    @classmethod
    def from_dict(cls, data: object) -> MemoryState:
        """Return the state that `to_dict` stored, now or in an earlier version of codecards.

        Args:
            data: The dictionary.

        Raises:
            SchedulingError: It is no stored state: a key is missing or unknown, a
                value has the wrong type, the time is naive, or the version is newer.
        """
        record = brought_forward(data, "a memory state", _LAYOUTS)
        due, last_review = record["due"], record["last_review"]
        return cls(
            repetitions=whole_number(record["repetitions"], "repetitions"),
            ease_permille=whole_number(record["ease_permille"], "ease_permille", _LOWEST_EASE),
            interval_days=whole_number(record["interval_days"], "interval_days"),
            due=None if due is None else study_day(due, "due"),
            last_review=None if last_review is None else instant(last_review, "last_review"),
        )

    def to_json(self) -> str:
        """Return the state as one line of JSON."""
        return json.dumps(self.to_dict())

    @classmethod
    def from_json(cls, text: str | bytes) -> MemoryState:
        """Return the state that `to_json` wrote.

        Raises:
            SchedulingError: It is no stored state; see `from_dict`.
        """
        return cls.from_dict(from_json_text(text, "a memory state"))


def state_of(
    repetitions: int, ease_permille: int, interval_days: int, due: date | None, last_review: datetime | None
) -> MemoryState:
    """Return a `MemoryState`, made in less than half the time its constructor takes.

    A frozen class sets each field around its own guard. Here the fields are set while nothing guards them yet, and
    the guard comes last: a scheduler makes a state for every answer.
    """
    state: Any = _Fields(repetitions, ease_permille, interval_days, due, last_review)
    state.__class__ = MemoryState
    made: MemoryState = state
    return made


def states_of(
    repetitions: Iterable[int],
    eases: Iterable[int],
    intervals: Iterable[int],
    dues: Iterable[date | None],
    last_reviews: Iterable[datetime | None],
) -> list[MemoryState]:
    """Return states from their columns, made as fast as `state_of` makes one."""
    states: list[Any] = list(map(_Fields, repetitions, eases, intervals, dues, last_reviews))
    for state in states:
        state.__class__ = MemoryState
    return states


def _with_whole_ease(record: dict[str, Any]) -> dict[str, Any]:
    """Version 1 held the E-Factor as a number such as 2.5, which floats can only come near to."""
    factor = record.pop("ease_factor")
    if type(factor) not in (int, float) or not math.isfinite(factor):
        msg = f"ease_factor is a number such as 2.5, not {factor!r:.80}"
        raise SchedulingError(msg)
    return record | {"ease_permille": round(factor * _THOUSAND)}


_LAYOUTS = (
    Layout(frozenset({"repetitions", "ease_factor", "interval_days", "due", "last_review"}), _with_whole_ease),
    Layout(frozenset({"repetitions", "ease_permille", "interval_days", "due", "last_review"})),
)
