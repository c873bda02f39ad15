"""Which scheduler made the states of a store: written into it, so that no two mix theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
import json
from typing import Protocol, TypeVar

import attrs

from codecards.errors import CodecardsError
from codecards.scheduling.calendar import StudyCalendar
from codecards.scheduling.fsrs import FSRS
from codecards.scheduling.scheduler import CardState, Scheduler
from codecards.scheduling.sm2 import SM2

__all__ = ["State", "StoreScheduler", "describe", "described"]

State = TypeVar("State", bound=CardState)

_KINDS: Mapping[str, Callable[..., SM2 | FSRS]] = {"FSRS": FSRS, "SM2": SM2}


class StoreScheduler(Scheduler[State], Protocol[State]):
    """A scheduler that a store can use: one that also says which study day an instant belongs to."""

    @property
    def calendar(self) -> StudyCalendar:
        """Which study day an instant belongs to."""


def describe(scheduler: StoreScheduler[State]) -> str:
    """Return a scheduler as one line of JSON: what it is, and how it is set.

    >>> describe(SM2())  # doctest: +ELLIPSIS
    '{"calendar": {"rollover_hour": 4, "zone": "UTC"}, "fuzz": false, "kind": "SM2", ...
    """
    kind: type = type(scheduler)
    names = [field.name for field in attrs.fields(kind) if field.init] if attrs.has(kind) else []
    settings = {name: getattr(scheduler, name) for name in names}
    return json.dumps({"kind": kind.__name__, **settings}, default=_plain, sort_keys=True)


def described(text: str) -> SM2 | FSRS | None:
    """Return the scheduler that `describe` wrote down; None where it is not one of ours.

    Raises:
        CodecardsError: It is, and cannot be used here: its library is missing, say.
    """
    try:
        settings = json.loads(text)
        kind = _KINDS[settings.pop("kind")]
        settings["calendar"] = StudyCalendar(**settings["calendar"])
        return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in settings.items()})
    except CodecardsError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _plain(value: object) -> Mapping[str, object] | str:
    return attrs.asdict(value) if isinstance(value, StudyCalendar) else repr(value)
