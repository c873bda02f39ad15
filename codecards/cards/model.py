"""What is asked: subjects, the cards about them, and decks of cards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import cached_property
import hashlib
import json

import attrs

from codecards.codesets.model import Guidance, GuidanceKind, Period, SeventhCharacter, Source, System
from codecards.codesets.syntax import FULL_LENGTH, undotted

# Cards carry these values of a code set; rooms that know cards alone take them from here.
__all__ = [
    "Card",
    "CardKind",
    "Deck",
    "Guidance",
    "GuidanceKind",
    "Period",
    "Place",
    "Provenance",
    "SeventhCharacter",
    "Source",
    "Subject",
    "System",
]


class CardKind(StrEnum):
    """The kinds of question a card can ask."""

    DESCRIBE = "describe"
    ENCODE = "encode"


@attrs.frozen
class Place:
    """A step on the way from the chapter down to a code.

    Args:
        id: ``"Chapter 4"``, a section (``"E08-E13"``) or a code (``"E11"``).
        title: Its official title, unchanged.
    """

    id: str
    title: str


@attrs.frozen
class Subject:
    """What a card is about: one code, with everything its cards show.

    A subject is plain data. Its id holds no year and no text, so that it
    outlives every edition.

    Args:
        id: System and code: ``"icd-10-cm:E11.9"``.
        system: The coding system.
        release: The edition that the text is from.
        code: The code, dotted as published.
        title: The official title, unchanged.
        is_billable: Whether the code is valid on a claim.
        path: The way from the chapter down to the header above the code.
        guidance: The instructions printed at the code; for a code with a 7th
            character also those at the code it extends.
        inherited: The instructions from further above that matter, nearest first.
        tags: Hierarchical tags, such as ``"icd-10-cm::category::E11"``.
        source: The document and edition, for the back of the card.
    """

    id: str
    system: System
    release: str
    code: str
    title: str
    is_billable: bool
    path: tuple[Place, ...]
    guidance: tuple[Guidance, ...]
    inherited: tuple[Guidance, ...]
    tags: tuple[str, ...]
    source: str

    @property
    def seventh_character(self) -> str:
        """The 7th character that a table gave the code; empty for a code without one."""
        return self.code[-1] if self.seventh_table and len(undotted(self.code)) == FULL_LENGTH else ""

    @property
    def seventh_table(self) -> Guidance | None:
        """The 7th-character table that holds for the code, or None where none does."""
        for item in (*self.guidance, *self.inherited):
            if item.kind is GuidanceKind.SEVENTH_CHARACTER:
                return item
        return None


@attrs.frozen
class Card:
    """One question about one subject.

    Args:
        subject: What it is about.
        kind: Which question it asks.
        front: The question, as plain text.
        back: The answer, as plain text.
    """

    subject: Subject
    kind: CardKind
    front: str
    back: str

    @property
    def id(self) -> str:
        """Subject and kind: ``"icd-10-cm:E11.9#describe"``; the same in every edition."""
        return f"{self.subject.id}#{self.kind}"

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of the subject."""
        return self.subject.tags

    @property
    def source(self) -> str:
        """The document and edition that the card rests on."""
        return self.subject.source


@attrs.frozen
class Provenance:
    """The release of a code set that a deck was made from.

    Args:
        system: The coding system.
        release: The edition.
        effective: The days on which that edition is in force.
        source: The files it was read from.
    """

    system: System
    release: str
    effective: Period
    source: Source


@attrs.frozen
class Deck:
    """A title, an ordered list of cards, and the provenance of every one.

    Args:
        name: The recipe's name, as used on the command line and in file names.
        title: The title, without year or release.
        audience: For whom it is.
        description: What it holds, how it was chosen, what it leaves out.
        revised: The day its recipe last changed; the modification time of its notes.
        cards: The cards, in the order in which they are to be learnt.
        subdecks: The name of the subdeck of each subject, by subject id.
        provenance: The releases it was made from.
    """

    name: str
    title: str
    audience: str
    description: str
    revised: date
    cards: tuple[Card, ...]
    subdecks: Mapping[str, str] = attrs.field(hash=False)
    provenance: tuple[Provenance, ...]

    def __len__(self) -> int:
        return len(self.cards)

    def __iter__(self) -> Iterator[Card]:
        return iter(self.cards)

    @cached_property
    def subjects(self) -> tuple[Subject, ...]:
        """Each subject once, in the order of its first card."""
        return tuple({card.subject.id: card.subject for card in self.cards}.values())

    @cached_property
    def content_sha256(self) -> str:
        """The sha256 of what the deck teaches: its subjects and questions, in order.

        It is the same on every machine, and changes with any word of a card.
        It knows nothing of titles, files, or formats of export.
        """
        digest = hashlib.sha256()
        seen: dict[Guidance, str] = {}
        asked: dict[str, list[list[str]]] = {}
        for card in self.cards:
            asked.setdefault(card.subject.id, []).append([card.kind, card.front, card.back])
        for subject in self.subjects:
            content = attrs.asdict(subject, recurse=False)
            content["path"] = [[place.id, place.title] for place in subject.path]
            for name in ("guidance", "inherited"):
                content[name] = [seen.setdefault(item, "") or _digest(item, seen) for item in content[name]]
            digest.update(_canonical([content, asked[subject.id]]))
        return digest.hexdigest()


def _digest(guidance: Guidance, seen: dict[Guidance, str]) -> str:
    seen[guidance] = hashlib.sha256(_canonical(attrs.asdict(guidance))).hexdigest()
    return seen[guidance]


def _canonical(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
