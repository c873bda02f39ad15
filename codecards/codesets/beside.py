"""Companion files as the library meets them: read on their way in, joined with a list of codes on its way out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from codecards.codesets.companions import KINDS, Companion, Companions, companions_beside
from codecards.codesets.releases import parse_release
from codecards.codesets.system import System
from codecards.errors import SourceFileError, UnknownReleaseError

if TYPE_CHECKING:
    from codecards.codesets.codeset import CodeSet
    from codecards.codesets.manifest import Manifest, StoredFile
    from codecards.codesets.shelf import Shelf

__all__ = ["JOINED", "Held", "companions_in", "fuller_manifests", "has_guidance", "joined"]

_TABULAR = "tabular-list"
_TABLES = "pcs-tables"
_ADDENDA = "addenda"
# The kinds of companion files that become part of the code set.
JOINED = (_TABULAR, _TABLES)


@attrs.frozen
class Held:
    """The companion files that a file or zip holds.

    Args:
        lists_codes: True where it holds a list of codes beside them.
        kinds: Their kinds, by system and release.
    """

    lists_codes: bool
    kinds: Mapping[tuple[System, str], tuple[str, ...]]

    def records(self, stored: StoredFile, there: Iterable[Companions]) -> tuple[Companions, ...]:
        """Return the records that name them.

        Args:
            stored: The file or zip.
            there: The records of the library.
        """
        known = {(item.system, item.release): item for item in there}
        return tuple(
            known.get((system, release), Companions(system=system, release=release, files={})).with_file(kinds, stored)
            for (system, release), kinds in self.kinds.items()
        )


def companions_in(path: Path, release: str | None) -> Held:
    """Read the companion files that a file or zip holds.

    Beside a list of codes only the indexes and lists count: what joins the codes is read with them there,
    and the addenda are part of every archive.

    Args:
        path: The file or zip, under its own name.
        release: The release to call it, where the names do not tell.

    Raises:
        SourceFileError: It is missing or damaged, or says itself that it is of another year.
    """
    from codecards.codesets.readers.recognise import recognise_file

    found = recognise_file(path)
    lists_codes = any(item.kind not in KINDS for item in found)
    left_out = (*JOINED, _ADDENDA) if lists_codes else ()
    grouped: dict[tuple[System, str], list[str]] = {}
    read: dict[str, str | None] = {}
    for item in found:
        if item.kind not in KINDS or item.kind in left_out:
            continue
        if item.kind not in read:
            read[item.kind] = _year_inside(path, item.kind)
        year = read[item.kind]
        named = release or item.release or year
        if named is None:
            msg = f"{item.name}: its name tells no year; say which release it is"
            raise SourceFileError(msg)
        if year is not None and str(parse_release(named)[0]) != year:
            msg = f"{item.name}: is of {year}, not of {named}; give the file of that release"
            raise SourceFileError(msg)
        kinds = grouped.setdefault((item.system, named), [])
        if item.kind not in kinds:
            kinds.append(item.kind.value)
    return Held(lists_codes, {key: tuple(kinds) for key, kinds in grouped.items()})


def _year_inside(path: Path, kind: str) -> str | None:
    """Read a file through, and return the year it tells itself."""
    from codecards.codesets import readers

    read = {
        "tabular-list": readers.read_tabular_list,
        "alphabetic-index": readers.read_index,
        "external-cause-index": readers.read_external_cause_index,
        "table-of-neoplasms": readers.read_neoplasm_table,
        "table-of-drugs": readers.read_drug_table,
        "conversion-table": readers.read_conversion_table,
        "poa-exempt-list": readers.read_poa_exempt,
        "pcs-tables": readers.read_pcs_tables,
        "pcs-definitions": readers.read_pcs_definitions,
        "addenda": readers.read_addenda,
    }[kind]
    year = str(getattr(read(path), "year", ""))[:4]
    try:
        return str(parse_release(year)[0])
    except UnknownReleaseError:
        return None


def joined(codeset: CodeSet, companions: tuple[Companion, ...], shelf: Shelf) -> CodeSet:
    """Join a list of codes with the companion files that say more about them, where its own archive has none."""
    beside = {item.kind: item.stored for item in companions}
    if (tabular := beside.get(_TABULAR)) and not has_guidance(codeset):
        from codecards.codesets.readers import join_tabular, read_tabular_list

        return join_tabular(codeset, read_tabular_list(shelf.file(tabular)))
    if (tables := beside.get(_TABLES)) and codeset.tables is None:
        from codecards.codesets.readers import join_pcs_tables, read_pcs_tables

        return join_pcs_tables(codeset, read_pcs_tables(shelf.file(tables)))
    return codeset


def has_guidance(codeset: CodeSet) -> bool:
    """Return whether a code set holds chapters and official instructions."""
    return any(code.section is not None for code in codeset.categories)


def fuller_manifests(shelf: Shelf, records: tuple[Companions, ...]) -> Iterator[Manifest]:
    """Yield the manifests of the releases that have become fuller by a tabular list beside them."""
    from codecards.codesets.readers import read_codeset

    for manifest in shelf.manifests()[0]:
        beside = companions_beside(manifest.system, manifest.release, records)
        if not manifest.has_guidance and any(item.kind == _TABULAR for item in beside):
            codeset = joined(read_codeset(shelf.file(manifest.files[0]), release=manifest.release), beside, shelf)
            yield attrs.evolve(
                manifest, rows=len(codeset), is_complete=codeset.is_complete, has_guidance=has_guidance(codeset)
            )
