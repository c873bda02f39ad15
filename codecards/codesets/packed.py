"""A code set as one block of bytes: small, quick to load, decoded only where somebody looks.

Layout: a first line that names the format, a line with the sha256 of all that follows, a line of JSON, then
blocks whose lengths the JSON gives. Codes and statuses stand plain, in fixed width, so that one code is found
without reading the rest; titles and guidance are compressed, some hundred rows at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
import hashlib
from itertools import accumulate, pairwise
import json
from typing import Any, TypeVar
import zlib

import attrs

from codecards.codesets.codeset import CodeSet, Row
from codecards.codesets.hcpcs import HcpcsAction, HcpcsCoverage, HcpcsDetails
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

_FORMAT = b"codecards code set, format 2\n"
_DIGEST_LENGTH = 64
_BILLABLE, _HEADER = b"1", b"0"
# Rows that are compressed together: few enough that one lookup is quick, enough that they shrink.
_CHUNK = 256
# So many codes are searched for one by one before an index of all is made: about what the index costs.
_PROBES = 200
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
    "_hcpcs",
    "_families",
    "_children",
    "_positions",
}


class DamagedPackError(CodecardsError, ValueError):
    """Bytes that are not a whole packed code set."""


def pack(codeset: CodeSet) -> bytes | None:
    """Return a code set as bytes that `unpack` reads back, or None where they could not hold all of it.

    Args:
        codeset: The code set. One that carries more than titles, status, guidance, sections
            and HCPCS details is not packed: it must not come back with less.
    """
    rows = list(codeset._rows.values())  # noqa: SLF001 -- the other half of CodeSet: its form on the disk
    guidance = codeset._guidance  # noqa: SLF001 -- likewise
    beyond = (value for name, value in vars(codeset).items() if name not in _PARTS)
    if any(beyond) or any(map(_is_unusual, rows)) or not codeset._rows.keys() >= guidance.keys():  # noqa: SLF001 -- likewise
        return None
    chunks = [rows[start : start + _CHUNK] for start in range(0, len(rows), _CHUNK)]
    width = max((len(row.code) for row in rows), default=0)
    titles = [zlib.compress(_json([(row.description, row.short_description) for row in chunk])) for chunk in chunks]
    notes = [
        zlib.compress(_json({row.code: _all_out(guidance[row.code]) for row in chunk if row.code in guidance}))
        for chunk in chunks
    ]
    codes = "\n".join(["", *(row.code.ljust(width) for row in rows), ""]).encode("ascii")
    statuses = b"".join(_BILLABLE if row.is_billable else _HEADER for row in rows)
    sections = zlib.compress(_json(_sections_out(codeset._sections)))  # noqa: SLF001
    hcpcs = zlib.compress(_json({code: attrs.astuple(item) for code, item in codeset._hcpcs.items()}))  # noqa: SLF001
    source, last = codeset.source, codeset.effective.last
    head = {
        "system": codeset.system,
        "release": codeset.release,
        "effective": [codeset.effective.first.isoformat(), last and last.isoformat()],
        "source": [source.title, source.publisher, source.url, source.files],
        "aliases": codeset.aliases,
        "is_complete": codeset.is_complete,
        "width": width,
        "codes": len(codes),
        "statuses": len(statuses),
        "sections": len(sections),
        "hcpcs": len(hcpcs),
        "titles": [len(chunk) for chunk in titles],
        "notes": [len(chunk) for chunk in notes],
    }
    body = b"".join((_json(head), b"\n", codes, statuses, sections, hcpcs, *titles, *notes))
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
    lengths = [head["codes"], head["statuses"], head["sections"], head["hcpcs"], *head["titles"], *head["notes"]]
    edges = pairwise(accumulate(lengths, initial=end + 1))
    codes, statuses, sections, hcpcs, *chunks = (view[first:last] for first, last in edges)
    titles, notes = chunks[: len(head["titles"])], chunks[len(head["titles"]) :]
    first, last = head["effective"]
    title, publisher, url, files = head["source"]
    rows = _Rows(bytes(codes), head["width"], bytes(statuses), titles)
    return _PackedCodeSet(
        system=System(head["system"]),
        release=head["release"],
        effective=Period(date.fromisoformat(first), last and date.fromisoformat(last)),
        source=Source(title, publisher, url, tuple((name, sha256) for name, sha256 in files)),
        rows=rows,
        sections=_Later(lambda: _sections_in(_decompressed(sections))),
        guidance=_GuidanceByCode(rows, notes),
        hcpcs=_Later(lambda: {code: _hcpcs_in(item) for code, item in _decompressed(hcpcs).items()}),
        aliases=tuple(head["aliases"]),
        is_complete=head["is_complete"],
    )


class _PackedCodeSet(CodeSet):
    """A code set that finds the codes of one category without an index of all."""

    def _family(self, category: str) -> Sequence[str]:
        rows = self._rows
        return rows.family(category) if isinstance(rows, _Rows) else super()._family(category)


class _Rows(Mapping[str, Row]):
    """The rows by undotted code, in tabular order; each is made when it is asked for.

    Args:
        codes: The codes in fixed width, a line feed before, between and after them.
        width: That width.
        statuses: One sign a row.
        titles: The titles, `_CHUNK` rows at a time.
    """

    def __init__(self, codes: bytes, width: int, statuses: bytes, titles: Sequence[memoryview]) -> None:
        self._codes = codes
        self._width = width
        self._statuses = statuses
        self._titles = titles
        self._decoded: dict[int, list[tuple[str, str | None]]] = {}
        self._searches = 0

    def __len__(self) -> int:
        return len(self._statuses)

    def __iter__(self) -> Iterator[str]:
        return iter(self._index)

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and self.number(code) >= 0

    def __getitem__(self, code: str) -> Row:
        number = self.number(code)
        if number < 0:
            raise KeyError(code)
        chunk, place = divmod(number, _CHUNK)
        if chunk not in self._decoded:
            self._decoded[chunk] = _decompressed(self._titles[chunk])
        description, short = self._decoded[chunk][place]
        return Row(code, description, short, self._statuses[number] == _BILLABLE[0])

    def number(self, code: str) -> int:
        """Return which row a code is, counted from 0, or -1 where there is none."""
        if self._searches > _PROBES:
            return self._index.get(code, -1)
        self._searches += 1
        found = self._codes.find(f"\n{code.ljust(self._width)}\n".encode())
        return found // (self._width + 1) if found >= 0 and code else -1

    def family(self, category: str) -> list[str]:
        """Return the codes that begin with `category`, in tabular order."""
        start = f"\n{category}".encode()
        found, codes = self._codes.find(start), []
        while found >= 0:
            codes.append(self._codes[found + 1 : found + 1 + self._width].decode().rstrip())
            found = self._codes.find(start, found + self._width)
        return codes

    @cached_property
    def _index(self) -> dict[str, int]:
        codes = self._codes.decode().split()
        return dict(zip(codes, range(len(codes)), strict=True))


class _GuidanceByCode(Mapping[str, tuple[Guidance, ...]]):
    """The instructions on each code, decoded some hundred rows at a time, when they are asked for."""

    def __init__(self, rows: _Rows, notes: Sequence[memoryview]) -> None:
        self._rows = rows
        self._notes = notes
        self._decoded: dict[int, dict[str, tuple[Guidance, ...]]] = {}

    def __len__(self) -> int:
        return sum(len(self._chunk(number)) for number in range(len(self._notes)))

    def __iter__(self) -> Iterator[str]:
        return (code for number in range(len(self._notes)) for code in self._chunk(number))

    def __getitem__(self, code: str) -> tuple[Guidance, ...]:
        number = self._rows.number(code)
        if number < 0:
            raise KeyError(code)
        return self._chunk(number // _CHUNK)[code]

    def _chunk(self, number: int) -> dict[str, tuple[Guidance, ...]]:
        if number not in self._decoded:
            noted = _decompressed(self._notes[number]).items()
            self._decoded[number] = {code: tuple(map(_guidance_in, items)) for code, items in noted}
        return self._decoded[number]


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
    """Return whether a row holds more than this format does, or a code that would break its lines."""
    return any(row[_ROW_LENGTH:]) or not (row.code.isascii() and row.code.isalnum())


def _all_out(items: Sequence[Guidance]) -> list[list[Any]]:
    return [_guidance_out(item) for item in items]


def _guidance_out(item: Guidance) -> list[Any]:
    characters = [(row.character, row.meaning, row.notes) for row in item.characters]
    return [item.kind, item.on, item.notes, *([characters] if characters else [])]


def _guidance_in(data: list[Any]) -> Guidance:
    kind, on, notes, *rest = data
    characters = tuple(
        SeventhCharacter(sign, meaning, tuple(terms)) for sign, meaning, terms in (rest[0] if rest else ())
    )
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
                out["chapters"].append((chapter.number, chapter.title, _all_out(chapter.guidance)))
            numbers[id(section)] = len(numbers)
            guidance = _all_out(section.guidance)
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


def _hcpcs_in(data: list[Any]) -> HcpcsDetails:
    added, last_day, action, action_date, coverage, *others = data
    rest: list[Any] = [tuple(item) if isinstance(item, list) else item for item in others]
    return HcpcsDetails(
        _day(added),
        _day(last_day),
        None if action is None else HcpcsAction(action),
        _day(action_date),
        None if coverage is None else HcpcsCoverage(coverage),
        *rest,
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _json(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=date.isoformat).encode()


def _decompressed(block: memoryview) -> Any:
    return json.loads(zlib.decompress(block))
