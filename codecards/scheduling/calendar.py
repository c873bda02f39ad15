"""Study days: which day an instant belongs to, for someone somewhere."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs

from codecards.errors import SchedulingError

__all__ = ["StudyCalendar"]

_HOURS = range(24)


def _known_zone(_: object, __: object, name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        msg = f"no time zone is called {name!r}; give an IANA name, such as America/Chicago"
        raise SchedulingError(msg) from None


def _hour(_: object, __: object, hour: int) -> None:
    if type(hour) is not int or hour not in _HOURS:
        msg = f"a rollover hour is a whole number from 0 to 23, not {hour!r}"
        raise SchedulingError(msg)


@attrs.frozen
class StudyCalendar:
    """Says which study day an instant belongs to.

    A study day begins at the rollover hour, local time, so that an answer after
    midnight still counts for the evening before.

    Args:
        zone: The IANA name of the learner's time zone.
        rollover_hour: The local hour at which a study day begins, 0 to 23.

    Raises:
        SchedulingError: The zone is unknown, or the hour is not one.

    >>> from datetime import UTC, datetime
    >>> StudyCalendar().day_of(datetime(2026, 3, 1, 3, 59, tzinfo=UTC)).isoformat()
    '2026-02-28'
    """

    zone: str = attrs.field(default="UTC", validator=_known_zone)
    rollover_hour: int = attrs.field(default=4, validator=_hour)

    def day_of(self, at: datetime) -> date:
        """Return the study day that an instant belongs to.

        Args:
            at: An aware datetime, in any time zone.

        Raises:
            SchedulingError: The datetime is naive.
        """
        if at.tzinfo is None or at.utcoffset() is None:
            msg = f"{at!r} has no time zone; give an aware datetime, such as datetime.now(UTC)"
            raise SchedulingError(msg)
        local = at.astimezone(ZoneInfo(self.zone))
        return local.date() - timedelta(days=local.hour < self.rollover_hour)
