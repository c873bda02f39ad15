"""A code set as one block of bytes: quick to load, small in memory, decoded only where somebody looks.

Layout: a first line that names the format, a line with the sha256 of all that follows, a line of JSON, then
blocks whose lengths the JSON gives: codes, statuses, offsets of the texts, texts, guidance, sections.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cached_property
import hashlib
import json
import sys
from typing import Any, TypeVar

from codecards.codesets.codeset import CodeSet, Row
from codecards.codesets.model import (
    Chapter,
    Guidance,
    GuidanceKind,
    Period,
    Section,
    SeventhCharacter,
    Source,
    System,
)
from codecards.errors import CodecardsError

__all__ = ["DamagedPackError", "pack", "unpack"]

Value = TypeVar("Value")

_FORMAT = b"codecards code set, format 1\n"
_DIGEST_LENGTH = 64
_BLOCKS = ("codes", "statuses", "offsets", "texts", "guidance", "sections")
_OFFSET = "I"
_BILLABLE = b"1"
# What a Row and a CodeSet are made of here; anything beyond would be lost, so it is not packed.
_ROW_LENGTH = 4
_PARTS = {
    "system",
    "release",
    "effective",
    "source",
    "aliases",
    "is_complete",
    "_rows",
    "_sections",
    "_guidance",
    "_positions",
    "_children",
}


class DamagedPackError(CodecardsError, ValueError):
    """Bytes that are not a whole packed code set."""


def pack(codeset: CodeSet) -> bytes | None:
    """Return a code set as bytes that `unpack` reads back, or None where they could not hold all of it.

    Args:
        codeset: The code set. One that carries more than titles, status, guidance and
            sections (HCPCS details, for one) is not packed: it must not come back with less.
    """
    rows = list(codeset._rows.values())  # noqa: SLF001 -- the other half of CodeSet: its form on the disk
    beyond = (value for name, value in vars(codeset).items() if name not in _PARTS)
    if any(beyond) or any(_is_unusual(row) for row in rows):
        return None
    texts = [(row.description if row[2] is None else f"{row.description}\n{row[2]}").encode() for row in rows]
    offsets = array(_OFFSET, [0])
    for text in texts:
        offsets.append(offsets[-1] + len(text))
    blocks = {
        "codes": "\n".join(row.code for row in rows).encode(),
        "statuses": b"".join(b"1" if row.is_billable else b"0" for row in rows),
        "offsets": _little_endian(offsets).tobytes(),
        "texts": b"".join(texts),
        "guidance": b"\n".join(
            code.encode() + b" " + _json([_guidance_out(item) for item in items])
            for code, items in codeset._guidance.items()  # noqa: SLF001
        ),
        "sections": _json(_sections_out(codeset._sections)),  # noqa: SLF001
    }
    source = codeset.source
    last = codeset.effective.last
    head = {
        "system": codeset.system,
        "release": codeset.release,
        "effective": [codeset.effective.first.isoformat(), last and last.isoformat()],
        "source": [source.title, source.publisher, source.url, source.files],
        "aliases": codeset.aliases,
        "is_complete": codeset.is_complete,
        "lengths": [len(blocks[name]) for name in _BLOCKS],
    }
    body = b"\n".join((_json(head), b"".join(blocks[name] for name in _BLOCKS)))
    return b"".join((_FORMAT, hashlib.sha256(body).hexdigest().encode(), b"\n", body))


def unpack(content: bytes) -> CodeSet:
    """Return the code set that was packed into `content`; its texts are decoded when somebody asks.

    Raises:
        DamagedPackError: The bytes are not whole, or of another format.
    """
    start = len(_FORMAT) + _DIGEST_LENGTH + 1
    view = memoryview(content)
    digest = content[len(_FORMAT) : start - 1]
    if not content.startswith(_FORMAT) or hashlib.sha256(view[start:]).hexdigest().encode() != digest:
        msg = "not a whole packed code set"
        raise DamagedPackError(msg)
    end = content.index(b"\n", start)
    head = json.loads(content[start:end])
    blocks: dict[str, memoryview] = {}
    position = end + 1
    for name, length in zip(_BLOCKS, head["lengths"], strict=True):
        blocks[name] = view[position : position + length]
        position += length
    first, last = head["effective"]
    *source, files = head["source"]
    sections = blocks["sections"]
    return CodeSet(
        system=System(head["system"]),
        release=head["release"],
        effective=Period(date.fromisoformat(first), last and date.fromisoformat(last)),
        source=Source(*source, tuple((name, sha256) for name, sha256 in files)),
        rows=_Rows(blocks),
        sections=_Later(lambda: _sections_in(json.loads(bytes(sections)))),
        guidance=_GuidanceByCode(blocks["guidance"]),
        aliases=tuple(head["aliases"]),
        is_complete=head["is_complete"],
    )


class _Rows(Mapping[str, Row]):
    """The rows by undotted code, in tabular order; each is made when it is asked for."""

    def __init__(self, blocks: Mapping[str, memoryview]) -> None:
        codes = str(blocks["codes"], "ascii").split("\n") if blocks["codes"] else []
        self._numbers = dict(zip(codes, range(len(codes)), strict=True))
        self._statuses = bytes(blocks["statuses"])
        self._offsets = _little_endian(array(_OFFSET, blocks["offsets"].tobytes()))
        self._texts = blocks["texts"]

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __contains__(self, code: object) -> bool:
        return code in self._numbers

    def __getitem__(self, code: str) -> Row:
        number = self._numbers[code]
        text = str(self._texts[self._offsets[number] : self._offsets[number + 1]], "utf-8")
        description, has_short, short = text.partition("\n")
        return Row(code, description, short if has_short else None, self._statuses[number] == _BILLABLE[0])


class _GuidanceByCode(Mapping[str, tuple[Guidance, ...]]):
    """The instructions on each code, each decoded once, when it is asked for."""

    def __init__(self, block: memoryview) -> None:
        self._block = block
        self._decoded: dict[str, tuple[Guidance, ...]] = {}

    @cached_property
    def _lines(self) -> dict[str, bytes]:
        lines = (line.partition(b" ") for line in bytes(self._block).split(b"\n") if line)
        return {code.decode(): items for code, _, items in lines}

    def __len__(self) -> int:
        return len(self._lines)

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __contains__(self, code: object) -> bool:
        return code in self._lines

    def __getitem__(self, code: str) -> tuple[Guidance, ...]:
        if code not in self._decoded:
            self._decoded[code] = tuple(_guidance_in(item) for item in json.loads(self._lines[code]))
        return self._decoded[code]


class _Later(Mapping[str, Value]):
    """A dictionary that is made when it is first looked into."""

    def __init__(self, make: Callable[[], dict[str, Value]]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> dict[str, Value]:
        return self._make()

    def __len__(self) -> int:
        return len(self._made)

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __getitem__(self, key: str) -> Value:
        return self._made[key]


def _is_unusual(row: Row) -> bool:
    """Return whether a row holds more than this format does, or text that would break its lines."""
    return any(row[_ROW_LENGTH:]) or "\n" in f"{row.code}{row.description}{row.short_description or ''}"


def _guidance_out(item: Guidance) -> list[Any]:
    characters = [(row.character, row.meaning, row.notes) for row in item.characters]
    return [item.kind, item.on, item.notes, *([characters] if characters else [])]


def _guidance_in(data: list[Any]) -> Guidance:
    kind, on, notes, *rest = data
    characters = tuple(SeventhCharacter(sign, meaning, tuple(terms)) for sign, meaning, terms in (rest[0] if rest else ()))
    return Guidance(GuidanceKind(kind), on, tuple(notes), characters)


def _sections_out(sections: Mapping[str, Section]) -> dict[str, Any]:
    """Write each chapter and section once, the wider before the narrower, and refer to them by number."""
    chapters: dict[int, int] = {}
    numbers: dict[int, int] = {}
    out: dict[str, Any] = {"chapters": [], "sections": [], "categories": {}}

    def number_of(section: Section) -> int:
        if id(section) not in numbers:
            within = None if section.within is None else number_of(section.within)
            chapter = section.chapter
            if id(chapter) not in chapters:
                chapters[id(chapter)] = len(chapters)
                out["chapters"].append((chapter.number, chapter.title, list(map(_guidance_out, chapter.guidance))))
            numbers[id(section)] = len(numbers)
            guidance = list(map(_guidance_out, section.guidance))
            out["sections"].append((section.id, section.title, chapters[id(chapter)], guidance, within))
        return numbers[id(section)]

    for category, section in sections.items():
        out["categories"][category] = number_of(section)
    return out


def _sections_in(data: dict[str, Any]) -> dict[str, Section]:
    chapters = [Chapter(number, title, tuple(map(_guidance_in, items))) for number, title, items in data["chapters"]]
    sections: list[Section] = []
    for name, title, chapter, items, within in data["sections"]:
        around = None if within is None else sections[within]
        sections.append(Section(name, title, chapters[chapter], tuple(map(_guidance_in, items)), around))
    return {category: sections[number] for category, number in data["categories"].items()}


def _json(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def _little_endian(numbers: array[int]) -> array[int]:
    """Return the numbers as the format writes them on a machine of the other kind, or from it."""
    if sys.byteorder == "big":
        numbers = array(numbers.typecode, numbers)
        numbers.byteswap()
    return numbers
