"""Which card of ours a card in Anki is.

The key is the note's GUID, which the exporter makes from an id of ours and of nothing else: of a code note from the
subject's, of any other note from the card's. A hash cannot be turned round, so the id comes from the deck that the
caller names, or from the note's field ``Subject``, and counts only where the GUID is the hash of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs
import genanki

from codecards.anki_bridge.collections import rows
from codecards.cards.model import CardKind

if TYPE_CHECKING:
    from anki.collection import Collection

__all__ = ["Match", "matches"]

_FIELD = "Subject"
_FIELD_SEPARATOR = "\x1f"
_KIND_SEPARATOR = "#"


@attrs.frozen
class Match:
    """What a card in Anki is to us.

    Args:
        card_id: Our card; None where it is none of ours.
        note_type: The name of its note type in Anki.
        remark: Why it is none of ours, or what is odd about one that is; empty where all agrees.
    """

    card_id: str | None
    note_type: str
    remark: str = ""


def matches(collection: Collection, card_ids: Iterable[str]) -> dict[int, Match]:
    """Return what each reviewed card of a collection is to us, by Anki's id for it.

    Args:
        collection: An opened collection.
        card_ids: Cards that are known to exist, such as those of the deck that was exported.
    """
    known = _known(card_ids)
    found: dict[int, Match] = {}
    query = (
        "select c.id, c.ord, n.guid, n.mid, n.flds from cards c join notes n on n.id = c.nid "
        "where c.id in (select cid from revlog)"
    )
    for card, template, guid, note_type, fields in rows(collection, query):
        model = collection.models.get(note_type)
        if model is None:
            found[card] = Match(None, "unknown", "its note type is missing")
            continue
        names = [field["name"] for field in model["flds"]]
        texts = dict(zip(names, fields.split(_FIELD_SEPARATOR), strict=False))
        templates = model["tmpls"]
        # Cards of a cloze note all come from its one template.
        name = templates[min(template, len(templates) - 1)]["name"]
        found[card] = _match(guid, texts.get(_FIELD), name, model["name"], known)
    return found


def _known(card_ids: Iterable[str]) -> dict[str, str]:
    """Return the ids behind GUIDs: of subjects, and of cards that are notes of their own."""
    ids = {part for card_id in card_ids for part in (card_id, card_id.partition(_KIND_SEPARATOR)[0])}
    return {genanki.guid_for(one): one for one in ids}


def _match(guid: str, field: str | None, template: str, note_type: str, known: dict[str, str]) -> Match:
    remark = ""
    found = known.get(guid)
    if found is None and field and genanki.guid_for(field) == guid:
        found = field
    elif found is not None and field != found:
        remark = f"the field {_FIELD} says something else than the GUID, which was followed"
    if found is None:
        reason = (
            f"its GUID is not that of its field {_FIELD}: a copy made in Anki, perhaps"
            if field
            else "not made by codecards"
        )
        return Match(None, note_type, reason)
    if _KIND_SEPARATOR in found:
        return Match(found, note_type, remark)
    kind = template.casefold()
    if kind not in list(CardKind):
        return Match(None, note_type, f"its template {template} asks nothing that codecards does")
    return Match(f"{found}{_KIND_SEPARATOR}{kind}", note_type, remark)
