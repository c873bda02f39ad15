"""The grade of an answer, 0 to 5, as SM-2 defines it."""

from __future__ import annotations

from enum import IntEnum

from codecards.errors import SchedulingError

__all__ = ["Grade"]


class Grade(IntEnum):
    """How well an answer was recalled.

    Source: Wozniak 1990, rule 4.
    """

    BLACKOUT = 0
    """No idea at all."""
    WRONG = 1
    """Wrong, but the right answer was remembered when shown."""
    WRONG_BUT_FAMILIAR = 2
    """Wrong, where the right answer seemed easy when shown."""
    HARD = 3
    """Right, with serious difficulty."""
    GOOD = 4
    """Right, after a hesitation."""
    PERFECT = 5
    """Right at once."""

    @classmethod
    def checked(cls, grade: object) -> Grade:
        """Return `grade` as a `Grade`.

        Raises:
            SchedulingError: It is not a whole number from 0 to 5; True and 4.0 are not either.
        """
        if type(grade) is cls:
            return grade
        if type(grade) is int and 0 <= grade <= cls.PERFECT:
            return cls(grade)
        msg = f"a grade is a whole number from 0 (blackout) to 5 (perfect), not {grade!r}"
        raise SchedulingError(msg)
