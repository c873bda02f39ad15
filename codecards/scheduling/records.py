"""Read what was stored: strict about every key, and able to bring an older layout forward.

A stored record is a dictionary of plain JSON values with a ``version``. Each layout a record ever had is kept
as a `Layout`, so that what an older codecards wrote is still read, and nothing else is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
import json
from typing import Any, TypeVar

import attrs

from codecards.errors import SchedulingError

__all__ = ["Layout", "brought_forward", "from_json_text", "instant", "one_of", "study_day", "whole_number"]

Value = TypeVar("Value")

_DATE_LENGTH = 10


@attrs.frozen
class Layout:
    """One layout of a stored record.

    Args:
        keys: All of its keys but ``version``; each must be there.
        forward: Turns such a record into the next layout; None for the newest.
    """

    keys: frozenset[str]
    forward: Callable[[dict[str, Any]], dict[str, Any]] | None = None


def brought_forward(data: object, what: str, layouts: Sequence[Layout]) -> dict[str, Any]:
    """Return a stored record in its newest layout, without its version.

    Args:
        data: The record as it was stored.
        what: What it is, for messages: "a review".
        layouts: Its layouts, the first being version 1.

    Raises:
        SchedulingError: It is no such record: not a dictionary, of a version that is
            not known here, or with other keys than its version has.
    """
    if not isinstance(data, dict):
        msg = f"{what} is stored as a dictionary, not as {data!r:.80}"
        raise SchedulingError(msg)
    version = data.get("version")
    newest = len(layouts)
    if type(version) is not int or version < 1:
        msg = f"{what} is stored with a version, a whole number from 1 to {newest}, not {version!r}"
        raise SchedulingError(msg)
    if version > newest:
        msg = f"{what} of version {version}, where this codecards reads up to {newest}; install a newer one"
        raise SchedulingError(msg)
    record = {key: value for key, value in data.items() if key != "version"}
    for layout in layouts[version - 1 :]:
        if record.keys() != layout.keys:
            missing = ", ".join(sorted(layout.keys - record.keys()))
            unknown = ", ".join(sorted(map(str, record.keys() - layout.keys)))
            wrong = "; ".join(f"{how} {keys}" for how, keys in (("lacks", missing), ("does not know", unknown)) if keys)
            msg = f"{what} of version {version} {wrong}"
            raise SchedulingError(msg)
        if layout.forward is not None:
            record = layout.forward(record)
    return record


def from_json_text(text: str | bytes, what: str) -> object:
    """Return what a JSON text holds.

    Raises:
        SchedulingError: It is not JSON.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        msg = f"{what} cannot be read: not JSON ({error})"
        raise SchedulingError(msg) from None


def one_of(kind: type[Value], value: object, name: str) -> Value:
    """Return `value` when it is exactly of `kind`; True is no whole number here.

    Raises:
        SchedulingError: It is of another type.
    """
    if type(value) is kind:
        return value
    msg = f"{name} is stored as {kind.__name__}, not as {value!r:.80}"
    raise SchedulingError(msg)


def whole_number(value: object, name: str, least: int = 0) -> int:
    """Return `value` when it is a whole number, `least` or more.

    Raises:
        SchedulingError: It is not.
    """
    if type(value) is int and value >= least:
        return value
    msg = f"{name} is a whole number, {least} or more, not {value!r:.80}"
    raise SchedulingError(msg)


def study_day(value: object, name: str) -> date:
    """Return the date that a text such as 2026-03-01 names.

    Raises:
        SchedulingError: It names none.
    """
    # Python would also take 20260301 and 2026-W09-7, which we never write.
    if type(value) is str and len(value) == _DATE_LENGTH and value[4] == value[7] == "-":
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    msg = f"{name} is a date such as 2026-03-01, not {value!r:.80}"
    raise SchedulingError(msg)


def instant(value: object, name: str) -> datetime:
    """Return the aware datetime that a text such as 2026-03-01T12:00:00+00:00 names.

    Raises:
        SchedulingError: It names none, or one without an offset.
    """
    if type(value) is str and len(value) > _DATE_LENGTH:
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            pass
        else:
            if at.tzinfo is not None:
                return at
    msg = f"{name} is a time with its offset such as 2026-03-01T12:00:00+00:00, not {value!r:.80}"
    raise SchedulingError(msg)
