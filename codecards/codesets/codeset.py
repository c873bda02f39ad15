"""A code set: every code of one release of one system, in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import translate
from functools import cached_property
from itertools import islice
import re
from typing import NamedTuple

from codecards.codesets.hcpcs import HcpcsDetails
from codecards.codesets.model import Code, Guidance, Period, Section, Source, System
from codecards.codesets.pcs import PcsAxis, PcsTables
from codecards.codesets.syntax import CATEGORY_LENGTH, dotted, normalize_code, undotted
from codecards.errors import InvalidCodeError, UnknownCodeError

__all__ = ["CodeSet", "Row"]

_SUGGESTIONS = 8


class Row(NamedTuple):
    """One row on its way from a file into a code set; the code is undotted."""

    code: str
    description: str
    short_description: str | None
    is_billable: bool


class CodeSet:
    """Every code of one release of one system, in tabular order; it never changes.

    It behaves as a collection of `Code`: ``len``, ``in``, iteration, and
    ``[...]`` with a code in any spelling.

    Args:
        system: The coding system.
        release: The edition, such as ``"2026"``.
        effective: The days on which the release is in force.
        source: Where it was read from.
        rows: The codes, in the order of the file; or a mapping of undotted codes to
            them in that order, which is kept as it is and may decode rows when asked.
        sections: The narrowest section of each category, by category.
        guidance: The instructions that stand on each code, by undotted code.
        aliases: Other names of the same release, such as ``"2026-04"``.
        is_complete: False where the files hold billable codes only, no headers.
        hcpcs: What CMS records about each HCPCS code or modifier, by code.
        tables: The ICD-10-PCS tables that name the axes of each code.
        is_licensed: True where the files are licensed to one user, as CPT is;
            it stays so in everything that is made from them.
    """

    def __init__(  # noqa: PLR0913 -- all by name, and only readers call it
        self,
        *,
        system: System,
        release: str,
        effective: Period,
        source: Source,
        rows: Iterable[Row] | Mapping[str, Row],
        sections: Mapping[str, Section] | None = None,
        guidance: Mapping[str, tuple[Guidance, ...]] | None = None,
        aliases: tuple[str, ...] = (),
        is_complete: bool = True,
        hcpcs: Mapping[str, HcpcsDetails] | None = None,
        tables: PcsTables | None = None,
        is_licensed: bool = False,
    ) -> None:
        self.system = system
        self.release = release
        self.effective = effective
        self.source = source
        self.aliases = aliases
        self.is_complete = is_complete
        self.tables = tables
        self.is_licensed = is_licensed
        self._rows = rows if isinstance(rows, Mapping) else {row.code: row for row in rows}
        self._sections = {} if sections is None else sections
        self._guidance = {} if guidance is None else guidance
        self._hcpcs = {} if hcpcs is None else hcpcs
        self._children: dict[str, dict[str, list[str]]] = {}

    def __repr__(self) -> str:
        return f"<CodeSet {self.system} {self.release}: {len(self):,} codes>"

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Code]:
        return map(self._code, self._rows)

    def __contains__(self, code: object) -> bool:
        if isinstance(code, Code):
            code = code.code
        return isinstance(code, str) and self._key(code) is not None

    def __getitem__(self, code: str) -> Code:
        """Return the code spelt `code`, dotted or not, in any case.

        Raises:
            UnknownCodeError: This release holds no such code, or the string
                cannot be a code at all; the message says which, and what is near.
        """
        key = self._key(code)
        if key is None:
            raise UnknownCodeError(self._why_unknown(code))
        return self._code(key)

    def get(self, code: str) -> Code | None:
        """Return the code spelt `code`, or None where this release does not hold it."""
        key = self._key(code)
        return None if key is None else self._code(key)

    @property
    def categories(self) -> tuple[Code, ...]:
        """The codes without a parent, in tabular order."""
        return tuple(self._code(key) for key in self._rows if self._parent_key(key) is None)

    @property
    def billable(self) -> Iterator[Code]:
        """The codes that are valid on a claim, in tabular order."""
        return (self._code(key) for key, row in self._rows.items() if row.is_billable)

    @property
    def modifiers(self) -> tuple[Code, ...]:
        """The modifiers of HCPCS or CPT, in the order of the file; empty for other systems."""
        return tuple(code for code in self if code.is_modifier)

    @property
    def rows(self) -> tuple[Row, ...]:
        """The codes as plain rows, undotted and in tabular order."""
        return tuple(self._rows.values())

    def position(self, code: str) -> int:
        """Return where `code` stands in tabular order, counted from 0.

        Raises:
            UnknownCodeError: This release holds no such code.
        """
        return self._positions[undotted(self[code].code)]

    def between(self, first: str, last: str) -> tuple[Code, ...]:
        """Return the codes from `first` to `last` and below it, in tabular order.

        Tabular order is the official meaning of a range: it is not alphabetical.
        Empty where `last` stands before `first`.

        Raises:
            UnknownCodeError: This release does not hold one of the ends.
        """
        low, end = self.position(first), self[last]
        high = max(self.position(code.code) for code in (end, *self.descendants_of(end.code)))
        return tuple(map(self._code, islice(self._rows, low, high + 1)))

    def matching(self, pattern: str) -> tuple[Code, ...]:
        """Return the codes that a wildcard names, in tabular order.

        Args:
            pattern: ``*`` stands for any characters, ``?`` for one. A pattern
                with a dot is held against dotted codes, one without against undotted.
        """
        spelt = dotted if "." in pattern else undotted
        # fnmatch writes expressions that never try a star twice; brackets mean nothing special here.
        matches = re.compile(translate(pattern.strip().upper().replace("[", "[[]"))).match
        return tuple(self._code(key) for key in self._rows if matches(spelt(key)))

    def parent_of(self, code: str) -> Code | None:
        """Return the header directly above `code`, or None for a category."""
        key = self._parent_key(undotted(code))
        return None if key is None else self._code(key)

    def children_of(self, code: str) -> tuple[Code, ...]:
        """Return the codes directly below `code`, in tabular order."""
        key = undotted(code)
        return tuple(map(self._code, self._children_in(key[:CATEGORY_LENGTH]).get(key, ())))

    def descendants_of(self, code: str) -> tuple[Code, ...]:
        """Return every code below `code`, in tabular order."""
        return tuple(item for child in self.children_of(code) for item in (child, *self.descendants_of(child.code)))

    def section_of(self, code: str) -> Section | None:
        """Return the narrowest section around `code`, or None where none is known."""
        return self._sections.get(undotted(code)[:CATEGORY_LENGTH])

    def guidance_on(self, code: str) -> tuple[Guidance, ...]:
        """Return the instructions that stand on `code` itself."""
        return self._guidance.get(undotted(code), ())

    def hcpcs_details(self, code: str) -> HcpcsDetails | None:
        """Return what CMS records about an HCPCS `code` beside its titles, or None for other systems."""
        return self._hcpcs.get(undotted(code))

    def axes_of(self, code: str) -> tuple[PcsAxis, ...]:
        """Return the axes of an ICD-10-PCS `code` by name; empty where no tables were read."""
        return self.tables.axes_of(undotted(code)) if self.tables else ()

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {key: number for number, key in enumerate(self._rows)}

    @cached_property
    def _families(self) -> dict[str, list[str]]:
        families: dict[str, list[str]] = {}
        for key in self._rows:
            families.setdefault(key[:CATEGORY_LENGTH], []).append(key)
        return families

    def _family(self, category: str) -> Sequence[str]:
        """Return the undotted codes that begin with `category`, in tabular order."""
        return self._families.get(category, ())

    def _children_in(self, category: str) -> dict[str, list[str]]:
        """Return the undotted codes below each header of a category; worked out once for each category."""
        if category not in self._children:
            children: dict[str, list[str]] = {}
            for key in self._family(category):
                parent = self._parent_key(key)
                if parent is not None:
                    children.setdefault(parent, []).append(key)
            self._children[category] = children
        return self._children[category]

    def _key(self, code: str) -> str | None:
        """Return the undotted code meant by `code`, or None where this release does not hold it."""
        try:
            key = undotted(normalize_code(code, self.system))
        except InvalidCodeError:
            return None
        return key if key in self._rows else None

    def _code(self, key: str) -> Code:
        _, description, short, is_billable = self._rows[key]
        spelt = dotted(key) if self.system is System.ICD_10_CM else key
        return Code(self.system, self.release, spelt, description, short, is_billable, self)

    def _parent_key(self, key: str) -> str | None:
        for length in range(len(key) - 1, CATEGORY_LENGTH - 1, -1):
            if key[:length] in self._rows:
                return key[:length]
        return None

    def _why_unknown(self, code: str) -> str:
        try:
            spelt = normalize_code(code, self.system)
        except InvalidCodeError as error:
            return str(error)
        reason = f"{spelt} is not a code of {self.system.label} {self.release}"
        if self.system in (System.HCPCS, System.CPT):  # they have no headers to look below
            return reason
        longer = [] if self.is_complete else [key for key in self._rows if key.startswith(undotted(spelt))]
        if longer:
            below = self._code(longer[0]).code
            return f"{reason}, which lists billable codes only; it is a header, and {below} is below it"
        above = self._parent_key(undotted(spelt))
        if above is None:
            return f"{reason}, nor is there a category {spelt[:CATEGORY_LENGTH]}"
        header = self._code(above)
        if header.is_billable:
            return f"{reason}; {header.code} is complete as it is"
        children = [child.code for child in header.children]
        more = f" and {len(children) - _SUGGESTIONS} more" if len(children) > _SUGGESTIONS else ""
        return f"{reason}; below {header.code} are {', '.join(children[:_SUGGESTIONS])}{more}"
