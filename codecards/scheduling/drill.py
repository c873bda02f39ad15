"""The final drill: what was not recalled well today comes back today, until it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import attrs

from codecards.scheduling.calendar import StudyCalendar
from codecards.scheduling.grades import Grade
from codecards.scheduling.log import Review

__all__ = ["Drill"]


@attrs.frozen
class Drill:
    """The cards that come back on the same day, in the order in which they do.

    It stands beside the states and never changes one: log the answers of a drill
    with ``practice=True``. It ends with the study day.

    Args:
        cards: The ids of the cards, the next one first.

    Source: Wozniak 1990, rule 7: repeat what scored below four until all score at least four.

    >>> drill = Drill().answered("a", Grade.HARD).answered("b", Grade.WRONG).answered("c", Grade.GOOD)
    >>> drill.cards, drill.answered("a", Grade.GOOD).cards
    (('a', 'b'), ('b',))
    """

    cards: tuple[str, ...] = ()

    @property
    def next(self) -> str | None:
        """The id of the next card, or None when the drill is over."""
        return self.cards[0] if self.cards else None

    def answered(self, card_id: str, grade: Grade | int) -> Drill:
        """Return the drill after one more answer, in the drill itself or before it.

        Args:
            card_id: The card; under 4 it goes to the end, from 4 on it is done.
            grade: How well it was recalled, 0 to 5.

        Raises:
            SchedulingError: The grade is not possible.
        """
        again = Grade.checked(grade) < Grade.GOOD
        others = tuple(other for other in self.cards if other != card_id)
        return Drill((*others, card_id) if again else others)

    @classmethod
    def of_day(cls, reviews: Iterable[Review], day: date, calendar: StudyCalendar) -> Drill:
        """Return the drill as the log of a day leaves it, so that it survives a restart.

        Args:
            reviews: The log, oldest first; reviews of other days are passed over.
            day: The study day.
            calendar: Which day a review belongs to.
        """
        waiting: dict[str, None] = {}
        for review in reviews:
            if calendar.day_of(review.at) == day:
                waiting.pop(review.card_id, None)
                if review.grade < Grade.GOOD:
                    waiting[review.card_id] = None
        return cls(tuple(waiting))
