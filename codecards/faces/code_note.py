"""The face of the code note: its fields as HTML, its two templates and the style."""

from __future__ import annotations

from html import escape
from importlib import resources

from codecards.cards.model import CardKind, Guidance, GuidanceKind, Place, SeventhCharacter, Subject

__all__ = ["FIELDS", "CodeFace", "style", "template"]

FIELDS = (
    "Code", "Title", "Subject", "System", "Release", "Status", "Place", "Guidance", "More", "Source",
    "Explanation", "Changes",
)  # fmt: skip
"""The fields of a code note, in an order that never changes; new ones are added behind."""

# What the instruction means, in a few words of our own. Source: ICD-10-CM Guidelines FY2026, I.A.10-17.
_MEANINGS = {
    GuidanceKind.EXCLUDES1: "not coded here",
    GuidanceKind.EXCLUDES2: "not part of this; code both if both are present",
    GuidanceKind.CODE_FIRST: "sequence that one before this",
    GuidanceKind.USE_ADDITIONAL_CODE: "add it after this, if it applies",
    GuidanceKind.CODE_ALSO: "may need two codes; the note sets no order",
}
_SHORT_LINES = 6
_SHORT_TEXT = 420
# Some notes fill pages, of chapters and sections above all; a card names their place instead of repeating them.
_LONGEST_FROM_HEADER = 1300
_LONGEST_FROM_AFAR = 600


class CodeFace:
    """Turns subjects into the fields of code notes; remembers the blocks that many codes share."""

    def __init__(self) -> None:
        self._blocks: dict[tuple[Guidance, bool], str] = {}

    def fields(self, subject: Subject) -> dict[str, str]:
        """Return the fields of a code note as HTML, all text escaped, keyed by `FIELDS`.

        Args:
            subject: A code's subject.
        """
        table = subject.seventh_table
        near = [item for item in subject.inherited if _is_from_header(item) or (_is_short(item) and "-" in item.on)]
        far = [item for item in subject.inherited if item not in near]
        shown = [(item, True) for item in subject.guidance] + [(item, False) for item in near]
        shown.sort(key=lambda pair: not _is_short(pair[0]))  # short ones first, each group as it was: nearest first
        guidance = [self._block(item, at_code=at_code) for item, at_code in shown if item is not table]
        if table is not None:
            guidance.insert(0, _seventh_character(table.characters, subject.seventh_character))
        return {
            "Code": escape(subject.code),
            "Title": escape(subject.title),
            "Subject": escape(subject.id),
            "System": escape(subject.system.label),
            "Release": escape(subject.release),
            "Status": _status(subject),
            "Place": _place(subject.path),
            "Guidance": "".join(guidance),
            "More": "".join(self._block(item, at_code=False) for item in far),
            "Source": escape(subject.source),
            "Explanation": "",
            "Changes": "",
        }

    def _block(self, guidance: Guidance, *, at_code: bool) -> str:
        key = (guidance, at_code)
        if key not in self._blocks:
            self._blocks[key] = _guidance(guidance, at_code=at_code)
        return self._blocks[key]


def style() -> str:
    """Return the CSS of all cards."""
    return (resources.files("codecards.faces") / "card.css").read_text("utf-8")


def template(kind: CardKind) -> tuple[str, str]:
    """Return the front and the back of a kind of card, as Anki templates over `FIELDS`."""
    folder = resources.files("codecards.faces") / "templates"
    front, back, details = (
        (folder / name).read_text("utf-8") for name in (f"{kind}.front.html", f"{kind}.back.html", "details.html")
    )
    return front, back + details


def _status(subject: Subject) -> str:
    if subject.is_billable:
        return "<span class=pill>Billable</span>"
    return '<span class="pill header">Header: needs more characters</span>'


def _place(path: tuple[Place, ...]) -> str:
    steps = "".join(f"<li><b>{escape(place.id)}</b> {escape(place.title)}" for place in path)
    return f"<ol class=path>{steps}</ol>" if steps else ""


def _is_short(guidance: Guidance) -> bool:
    return len(guidance.notes) <= _SHORT_LINES and _size(guidance) <= _SHORT_TEXT


def _size(guidance: Guidance) -> int:
    return sum(map(len, guidance.notes))


def _is_from_header(guidance: Guidance) -> bool:
    return "-" not in guidance.on and not guidance.on.startswith(("Chapter", "Section"))


def _guidance(guidance: Guidance, *, at_code: bool) -> str:
    """Return an instruction as a block: open where it is short, else folded under its name."""
    kind = guidance.kind
    asides = [_MEANINGS.get(kind), None if at_code else f"at {escape(guidance.on)}"]
    words = f"{kind.label} <i>{' · '.join(aside for aside in asides if aside)}</i>"
    count = f"{len(guidance.notes)} lines" if len(guidance.notes) > 1 else "a long line"
    if not at_code and _size(guidance) > (_LONGEST_FROM_HEADER if _is_from_header(guidance) else _LONGEST_FROM_AFAR):
        return f'<div class="g {kind}"><h3>{words}</h3>{count} to read in the tabular list itself</div>'
    listed = _list(guidance.notes)
    if (at_code or _is_from_header(guidance)) and not _is_short(guidance):
        return f'<details class="g {kind}"><summary>{words} · {count}</summary>{listed}</details>'
    return f'<div class="g {kind}"><h3>{words}</h3>{listed}</div>'


def _list(notes: tuple[str, ...]) -> str:
    # Some notes continue their label: "Code first, if applicable, ..."; below the label the comma would stand alone.
    texts = [escape(note.removeprefix(", ")) for note in notes]
    if len(texts) == 1:
        return texts[0]
    items = (f"<li{' class=lead' if text.endswith(':') else ''}>{text}" for text in texts)
    return f"<ul>{''.join(items)}</ul>"


def _seventh_character(rows: tuple[SeventhCharacter, ...], character: str) -> str:
    """Return the 7th-character table, folded under the row that this code has."""
    chosen = "choose one"
    listed = []
    for row in rows:
        notes = "".join(f" <i>{escape(note)}</i>" for note in row.notes)
        text = f"<b>{escape(row.character)}</b> {escape(row.meaning)}{notes}"
        if row.character == character:
            chosen = f"{escape(row.character)} = {escape(row.meaning)}"
            text = f"<mark>{text}</mark>"
        listed.append(f"<li>{text}")
    return (
        f'<details class="g seventh"><summary>7th character <i>{chosen}</i></summary>'
        f"<ul>{''.join(listed)}</ul></details>"
    )
