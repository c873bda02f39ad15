"""The review log: one `Review` for each answer, kept for ever; every state can be replayed from it."""

from __future__ import annotations

from datetime import UTC, datetime
import json
from typing import Any, Final, Literal, TypedDict

import attrs

from codecards.errors import SchedulingError
from codecards.scheduling.grades import Grade
from codecards.scheduling.records import Layout, brought_forward, from_json_text, instant, one_of, whole_number

__all__ = ["Review", "ReviewRecord"]

VERSION: Final = 2


class ReviewRecord(TypedDict):
    """A review as it is stored: plain JSON values."""

    version: Literal[2]
    card_id: str
    grade: int
    at: str
    duration_ms: int | None
    practice: bool
    id: str | None


@attrs.frozen(init=False, slots=False)
class Review:
    """One answer to one card.

    Args:
        card_id: Which card was answered, such as ``icd-10-cm:E11.9#describe``.
        grade: How well it was recalled, 0 to 5.
        at: When it was answered: an aware datetime.
        duration_ms: How long the answer took, in milliseconds, or None where nobody measured.
        practice: Whether it is only logged: a practice review leaves the state alone.
        id: What the caller calls this review, or None. It never comes from the clock.

    Raises:
        SchedulingError: A value is not possible.

    >>> Review("icd-10-cm:E11.9#describe", Grade.GOOD, datetime(2026, 3, 1, 12, tzinfo=UTC)).grade.name
    'GOOD'
    """

    card_id: str
    grade: Grade
    at: datetime
    duration_ms: int | None = None
    practice: bool = False
    id: str | None = None

    # Written out, and without slots: one is made for every answer, and attrs' validators and the way it fills
    # frozen slots would take longer than the answer's arithmetic.
    def __init__(  # noqa: PLR0913, PLR0917 -- one for each field
        self,
        card_id: str,
        grade: Grade | int,
        at: datetime,
        duration_ms: int | None = None,
        practice: bool = False,  # noqa: FBT001, FBT002 -- a field, in its place
        id: str | None = None,  # noqa: A002 -- the field's name
    ) -> None:
        if type(card_id) is not str or not card_id:
            msg = f"a card id is a text that is not empty, not {card_id!r:.80}"
            raise SchedulingError(msg)
        if type(at) is not datetime or at.tzinfo is not UTC:
            _check_aware(at)
        if duration_ms is not None and (type(duration_ms) is not int or duration_ms < 0):
            msg = f"a duration is a whole number of milliseconds, 0 or more, or None; not {duration_ms!r}"
            raise SchedulingError(msg)
        kind: type = type(practice)
        if kind is not bool:
            msg = f"practice is True or False, not {practice!r}"
            raise SchedulingError(msg)
        if id is not None and (type(id) is not str or not id):
            msg = f"the id of a review is a text that is not empty, or None; not {id!r:.80}"
            raise SchedulingError(msg)
        fields = self.__dict__
        fields["card_id"] = card_id
        fields["grade"] = grade if type(grade) is Grade else Grade.checked(grade)
        fields["at"] = at
        fields["duration_ms"] = duration_ms
        fields["practice"] = practice
        fields["id"] = id

    def to_dict(self) -> ReviewRecord:
        """Return the review as a dictionary of plain JSON values, with the version of its layout."""
        return {
            "version": VERSION,
            "card_id": self.card_id,
            "grade": int(self.grade),
            "at": self.at.isoformat(),
            "duration_ms": self.duration_ms,
            "practice": self.practice,
            "id": self.id,
        }

    @classmethod
    def from_dict(cls, data: object) -> Review:
        """Return the review that `to_dict` stored, now or in an earlier version of codecards.

        Args:
            data: The dictionary.

        Raises:
            SchedulingError: It is no stored review: a key is missing or unknown, a
                value has the wrong type, the time is naive, or the version is newer.
        """
        record = brought_forward(data, "a review", _LAYOUTS)
        duration, name = record["duration_ms"], record["id"]
        return cls(
            card_id=one_of(str, record["card_id"], "card_id"),
            grade=Grade.checked(record["grade"]),
            at=instant(record["at"], "at"),
            duration_ms=None if duration is None else whole_number(duration, "duration_ms"),
            practice=one_of(bool, record["practice"], "practice"),
            id=None if name is None else one_of(str, name, "id"),
        )

    def to_json(self) -> str:
        """Return the review as one line of JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> Review:
        """Return the review that `to_json` wrote.

        Raises:
            SchedulingError: It is no stored review; see `from_dict`.
        """
        return cls.from_dict(from_json_text(text, "a review"))


def _check_aware(at: object) -> None:
    if not isinstance(at, datetime) or at.utcoffset() is None:
        msg = f"a review happens at an aware datetime, such as datetime.now(UTC), not {at!r}"
        raise SchedulingError(msg)


def _with_practice_and_id(record: dict[str, Any]) -> dict[str, Any]:
    """Version 1 knew neither practice reviews nor ids."""
    return record | {"practice": False, "id": None}


_LAYOUTS = (
    Layout(frozenset({"card_id", "grade", "at", "duration_ms"}), _with_practice_and_id),
    Layout(frozenset({"card_id", "grade", "at", "duration_ms", "practice", "id"})),
)
