"""The arithmetic of SM-2 on plain integers: one step, and whole histories of them.

`step` is the rule as one reads it; `after_grades` and `after_days` are the same rule written as loops for long
histories. Tests hold them equal on every history up to length six.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from codecards.scheduling.fuzz import fuzz_days

__all__ = [
    "EASE_CHANGE",
    "FIRST_INTERVAL",
    "LOWEST_EASE",
    "PASS",
    "SECOND_INTERVAL",
    "after_days",
    "after_grades",
    "next_interval",
    "step",
]

# EF' = EF + (0.1 - (5 - q) * (0.08 + (5 - q) * 0.02)), for q from 0 to 5, in thousandths. Wozniak 1990, rule 5.
EASE_CHANGE = (-800, -540, -320, -140, 0, 100)
LOWEST_EASE = 1300
FIRST_INTERVAL = 1
SECOND_INTERVAL = 6
PASS = 3
_GOOD = 4
_THOUSAND = 1000
_LAST_DAY = date.max.toordinal()


def next_interval(interval: int, ease: int, *, is_text: bool) -> int:
    """Return the third and every later interval, in days.

    Args:
        interval: The interval before, in days.
        ease: The ease before, in thousandths.
        is_text: Whether to round up, as the text profile does, or half to even.

    >>> next_interval(5, 2500, is_text=True), next_interval(5, 2500, is_text=False)
    (13, 12)
    """
    if is_text:
        return -(-interval * ease // _THOUSAND)
    whole, rest = divmod(interval * ease, _THOUSAND)
    return whole + (2 * rest + (whole & 1) > _THOUSAND)


def step(  # noqa: PLR0913, PLR0917 -- a state, a grade and its rules, all plain numbers
    repetitions: int,
    ease: int,
    interval: int,
    grade: int,
    is_text: bool,  # noqa: FBT001 -- by position: keywords cost a tenth of a review
    is_early: bool = False,  # noqa: FBT001, FBT002
) -> tuple[int, int, int]:
    """Return repetitions, ease (thousandths) and interval (days) after one grade.

    Args:
        repetitions: Successful reviews in a row, before it.
        ease: The ease before it, in thousandths.
        interval: The interval before it, in days.
        grade: The grade, 0 to 5.
        is_text: Whether to follow the text profile, or the source profile.
        is_early: Whether the interval was not over yet: then it is not multiplied.
    """
    if grade < PASS:
        return 0, ease if is_text else max(LOWEST_EASE, ease + EASE_CHANGE[grade]), FIRST_INTERVAL
    changed = ease + EASE_CHANGE[grade]
    if changed < LOWEST_EASE:  # noqa: PLR1730 -- a call of max() costs as much as the rest of the step
        changed = LOWEST_EASE
    if repetitions == 0:
        return 1, changed, FIRST_INTERVAL
    if is_early:
        # On its first day a card stays on it: the six days are for one that was remembered over night.
        return repetitions + (repetitions > 1), changed, interval
    if repetitions == 1:
        return 2, changed, SECOND_INTERVAL
    return repetitions + 1, changed, next_interval(interval, ease, is_text=is_text)


def after_grades(
    start: tuple[int, int, int], grades: Sequence[int], *, is_text: bool, longest: int | None
) -> tuple[int, int, int]:
    """Return repetitions, ease and interval after a history without days.

    Args:
        start: Repetitions, ease (thousandths) and interval (days) before it.
        grades: Whole numbers from 0 to 5, checked by the caller.
        is_text: Whether to follow the text profile, or the source profile.
        longest: The longest interval, in days, or None.
    """
    repetitions, ease, interval = start
    for grade in grades:
        if grade < PASS:
            repetitions, interval = 0, FIRST_INTERVAL
            if not is_text:
                ease = max(LOWEST_EASE, ease + EASE_CHANGE[grade])
            continue
        if repetitions > 1:
            interval = -(-interval * ease // _THOUSAND) if is_text else next_interval(interval, ease, is_text=False)
        else:
            interval = SECOND_INTERVAL if repetitions else FIRST_INTERVAL
        if longest is not None and interval > longest:
            interval = longest
        repetitions += 1
        if grade != _GOOD:
            ease += EASE_CHANGE[grade]
            if ease < LOWEST_EASE:  # noqa: PLR1730 -- a call of max() costs as much as the rest of the step
                ease = LOWEST_EASE
    return repetitions, ease, interval


def after_days(  # noqa: PLR0913 -- a history and its rules, all plain numbers
    start: tuple[int, int, int],
    due: int | None,
    grades: Sequence[int],
    days: Sequence[int],
    *,
    is_text: bool,
    longest: int | None,
    fuzz: bool = False,
) -> tuple[int, int, int, int | None]:
    """Return repetitions, ease, interval and due day after a history with days.

    Args:
        start: Repetitions, ease (thousandths) and interval (days) before it.
        due: The day the card was due before it, or None.
        grades: Whole numbers from 0 to 5, checked by the caller.
        days: The study day of each, as ordinals, in order.
        is_text: Whether to follow the text profile, or the source profile.
        longest: The longest interval, in days, or None.
        fuzz: Whether a review within the fuzz before its due day counts as due.
    """
    repetitions, ease, interval = start
    for grade, day in zip(grades, days, strict=True):
        is_early = due is not None and day < due and not (fuzz and day >= due - fuzz_days(interval))
        repetitions, ease, interval = step(repetitions, ease, interval, grade, is_text, is_early)
        if longest is not None and interval > longest:
            interval = longest
        due = min(day + interval, _LAST_DAY)
    return repetitions, ease, interval, due
