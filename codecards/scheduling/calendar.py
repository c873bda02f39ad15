"""Study days: which day an instant belongs to, for someone somewhere."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs

from codecards.errors import SchedulingError

__all__ = ["StudyCalendar", "is_before"]

_HOURS = range(24)


def is_before(one: datetime, other: datetime) -> bool:
    """Return whether one instant comes before another.

    Of two times in one zone Python compares the clocks, not the instants; in the
    hour that an autumn night repeats, that is the wrong way round.

    Args:
        one: An aware datetime.
        other: An aware datetime.
    """
    if one.tzinfo is UTC or one.tzinfo is not other.tzinfo:
        return one < other
    return one.astimezone(UTC) < other.astimezone(UTC)


def _known_zone(_: object, __: object, name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, TypeError, ValueError, OSError):
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
    midnight still counts for the evening before. It is as long as the clocks make it:
    23 or 25 hours where they change.

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
        return date.fromordinal(self.ordinal_of(at))

    def ordinal_of(self, at: datetime) -> int:
        """Return the study day that an instant belongs to, as a proleptic Gregorian ordinal (`date.toordinal`).

        Args:
            at: An aware datetime, in any time zone.

        Raises:
            SchedulingError: The datetime is naive.
        """
        if at.tzinfo is not UTC or self.zone != "UTC":
            at = self._local(at)
        # Hours count on the clock, as people do: at four in the morning the day begins, however long the night was.
        return at.toordinal() - (at.hour < self.rollover_hour)

    def _local(self, at: datetime) -> datetime:
        if at.tzinfo is None or at.utcoffset() is None:
            msg = f"{at!r} has no time zone; give an aware datetime, such as datetime.now(UTC)"
            raise SchedulingError(msg)
        try:
            return at.astimezone(ZoneInfo(self.zone))
        except OverflowError:
            msg = f"{at!r} is at the end of the calendar; give a time of our own age"
            raise SchedulingError(msg) from None
