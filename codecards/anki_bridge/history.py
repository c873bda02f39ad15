"""The review history of a file of Anki's, as reviews of our cards.

=================================  ==============================================================
in Anki                            here
=================================  ==============================================================
Again, Hard, Good, Easy            grades 2, 3, 4, 5 (`codecards.scheduling.buttons`)
a card's first answer of a day     a review
its later answers of that day      practice: (re)learning steps are a drill, which SM-2 keeps
                                   beside the state (Wozniak 1990, rule 7)
an answer in a filtered deck that  practice
does not reschedule
a due date set by hand, a          no answer, and left out
rescheduling, a forgotten card
=================================  ==============================================================

A day is a study day. The time of an answer is exact to the millisecond, and the id of the review is that of
Anki's log entry: ``anki:1772366400000``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
import os
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from codecards.anki_bridge.collections import opened, rows
from codecards.anki_bridge.matching import Match, matches
from codecards.scheduling.buttons import FOUR_BUTTONS
from codecards.scheduling.calendar import StudyCalendar
from codecards.scheduling.log import Review

if TYPE_CHECKING:
    from anki.collection import Collection

__all__ = ["AnkiHistory", "HowRead", "Unmatched", "read_reviews"]

# Anki numbers its buttons from 1: Again, Hard, Good, Easy.
_GRADES = dict(enumerate(FOUR_BUTTONS.grades.values(), 1))
# The kinds of entries in Anki's log: learning, review and relearning are answers, filtered ones leave no trace in its
# own schedule, manual and rescheduled (4 and 5) are none.
_ANSWERS = (0, 1, 2)
_FILTERED = 3
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AT_A_TIME = 50_000


@attrs.frozen
class Unmatched:
    """Answers to cards that are none of ours, or could not be told.

    Args:
        note_type: The name of their note type in Anki.
        reason: Why.
        answers: How many answers.
    """

    note_type: str
    reason: str
    answers: int

    def __str__(self) -> str:
        return f"{self.answers:,} answers to notes of type {self.note_type}: {self.reason}"


@attrs.frozen
class HowRead:
    """How the entries of Anki's log were read. They add up to `entries`.

    Args:
        entries: All entries of the log.
        reviews: Answers that count.
        practice: Answers that are kept and leave the state alone: later ones of a day, and those in filtered decks.
        unmatched: Answers to cards that are none of ours.
        no_answers: Entries that are no answers: due dates set by hand, rescheduling.
        without_card: Entries of cards that were deleted in Anki.
        remarks: What was odd about cards that were matched, and on how many cards.
    """

    entries: int
    reviews: int
    practice: int
    unmatched: int
    no_answers: int
    without_card: int
    remarks: tuple[str, ...]

    def __str__(self) -> str:
        return "; ".join(
            (
                f"{self.entries:,} entries in Anki's log: {self.reviews:,} reviews",
                f"{self.practice:,} as practice (a later answer of the same day, or in a filtered deck)",
                f"{self.unmatched:,} to other cards",
                f"{self.no_answers:,} no answers (due dates set by hand, rescheduling)",
                f"{self.without_card:,} of deleted cards",
                *self.remarks,
                "buttons read as Again 2, Hard 3, Good 4, Easy 5",
            )
        )


@attrs.frozen
class AnkiHistory:
    """What a file of Anki's tells about our cards.

    Args:
        reviews: The answers, oldest first.
        unmatched: The answers that belong to no card of ours, by note type and reason.
        how: How the log was read.
    """

    reviews: tuple[Review, ...]
    unmatched: tuple[Unmatched, ...]
    how: HowRead


def read_reviews(
    path: str | os.PathLike[str], *, card_ids: Iterable[str] = (), calendar: StudyCalendar | None = None
) -> AnkiHistory:
    """Return the review history that a file of Anki's holds of our cards. The file is left as it is.

    Args:
        path: A deck package (``.apkg``, exported with scheduling information), a collection
            package (``.colpkg``) or the collection itself (``collection.anki2``; close Anki first).
        card_ids: Cards that are known to exist, such as those of the deck that was
            exported: they are found by GUID even where the field Subject was edited.
        calendar: Which study day an answer belongs to; UTC and 4 a.m. without it.

    Raises:
        MissingExtraError: Anki's library is not installed (``pip install 'codecards[anki]'``).
        AnkiFileError: The file cannot be read.
    """
    calendar = calendar or StudyCalendar()
    reviews: list[Review] = []
    others: Counter[tuple[str, str]] = Counter()
    counts: Counter[str] = Counter()
    answered: set[tuple[str, date]] = set()
    with opened(Path(path)) as collection:
        ours = matches(collection, card_ids)
        for entry, card, button, milliseconds, kind in _log(collection):
            match = ours.get(card)
            if match is None:
                counts["without_card"] += 1
            elif button not in _GRADES or kind not in (*_ANSWERS, _FILTERED):
                counts["no_answers"] += 1
            elif match.card_id is None:
                others[match.note_type, match.remark] += 1
            else:
                at = _EPOCH + timedelta(milliseconds=entry)
                first = (match.card_id, calendar.day_of(at))
                practice = kind == _FILTERED or first in answered
                if not practice:
                    answered.add(first)
                counts["practice" if practice else "reviews"] += 1
                duration = max(0, milliseconds)
                reviews.append(Review(match.card_id, _GRADES[button], at, duration, practice, f"anki:{entry}"))
    how = HowRead(
        entries=len(reviews) + others.total() + counts["no_answers"] + counts["without_card"],
        reviews=counts["reviews"],
        practice=counts["practice"],
        unmatched=others.total(),
        no_answers=counts["no_answers"],
        without_card=counts["without_card"],
        remarks=_remarks(ours.values()),
    )
    unmatched = tuple(Unmatched(*what, answers) for what, answers in sorted(others.items()))
    return AnkiHistory(tuple(reviews), unmatched, how)


def _log(collection: Collection) -> Iterator[tuple[int, ...]]:
    """Yield entry, card, button, milliseconds and kind of each entry of the log, oldest first."""
    query = f"select id, cid, ease, time, type from revlog where id > ? order by id limit {_AT_A_TIME}"  # noqa: S608 -- a number of ours
    last = -(2**63)
    while True:
        found = rows(collection, query, last)
        yield from map(tuple, found)
        if len(found) < _AT_A_TIME:
            return
        last = found[-1][0]


def _remarks(found: Iterable[Match]) -> tuple[str, ...]:
    counted = Counter(match.remark for match in found if match.card_id is not None and match.remark)
    return tuple(f"{number:,} cards: {remark}" for remark, number in sorted(counted.items()))
