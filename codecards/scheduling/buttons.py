"""Which buttons a learner presses, and which grade each stands for."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from codecards.errors import SchedulingError
from codecards.scheduling.grades import Grade
from codecards.scheduling.sm2 import Profile
from codecards.scheduling.sm2_rules import EASE_CHANGE, PASS

__all__ = ["FOUR_BUTTONS", "PASS_FAIL", "SIX_GRADES", "Buttons"]


@attrs.frozen
class Buttons:
    """A set of answer buttons.

    Args:
        grades: The grade each button stands for, by the button's label, the worst first.
    """

    grades: Mapping[str, Grade]

    def grade(self, label: str) -> Grade:
        """Return the grade that a button stands for.

        Raises:
            SchedulingError: There is no such button.
        """
        try:
            return self.grades[label]
        except KeyError:
            msg = f"no button is called {label!r}; there are {', '.join(self.grades)}"
            raise SchedulingError(msg) from None

    def warning(self, profile: Profile) -> str | None:
        """Return what these buttons keep SM-2 from doing, in one line, or None.

        Args:
            profile: The profile of SM-2 they are used with.

        >>> FOUR_BUTTONS.warning("text") is None
        True
        """
        counted = [grade for grade in self.grades.values() if grade >= PASS or profile == "source"]
        changes = [EASE_CHANGE[grade] for grade in counted]
        if not any(changes):
            return (
                f"with these buttons the {profile} profile never changes a card's ease: every card keeps its first one "
                "for ever, easy or hard; use four buttons or six grades"
            )
        if max(changes) <= 0:
            return (
                f"with these buttons the {profile} profile can only lower a card's ease, never raise it again; "
                "use four buttons or six grades"
            )
        return None


SIX_GRADES = Buttons({str(int(grade)): grade for grade in Grade})
"""The grades as Wozniak defined them."""

FOUR_BUTTONS = Buttons(
    {"Again": Grade.WRONG_BUT_FAMILIAR, "Hard": Grade.HARD, "Good": Grade.GOOD, "Easy": Grade.PERFECT}
)
"""The buttons Anki made common: Again 2, Hard 3, Good 4, Easy 5."""

PASS_FAIL = Buttons({"Fail": Grade.WRONG_BUT_FAMILIAR, "Pass": Grade.GOOD})
"""Two buttons: Fail 2, Pass 4. See `Buttons.warning`: they freeze the ease of the text profile."""
