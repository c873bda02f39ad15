"""The grade of an answer, 0 to 5, as SM-2 defines it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from codecards.errors import SchedulingError

__all__ = ["Grade", "grades_as_bytes"]


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


_KINDS = frozenset({int, Grade})
_EVERY_GRADE = bytes(Grade)


def grades_as_bytes(grades: Iterable[Grade | int]) -> bytes:
    """Return grades as bytes, every one of them checked, without a Python step for each.

    Args:
        grades: Grades, or whole numbers from 0 to 5.

    Raises:
        SchedulingError: One of them is no grade.
    """
    grades = list(grades)
    if _KINDS.issuperset(map(type, grades)):
        try:
            numbers = bytes(grades)
        except ValueError:
            pass
        else:
            if not numbers.translate(None, _EVERY_GRADE):
                return numbers
    return bytes([Grade.checked(grade) for grade in grades])
