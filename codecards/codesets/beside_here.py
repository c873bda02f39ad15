"""What stands beside the releases on this machine: indexes, conversions, exemptions, ready to be asked."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from codecards.codesets.companions import Companion, companions_beside
from codecards.codesets.places import library_folder
from codecards.codesets.releases import PUBLISHERS
from codecards.codesets.shelf import Shelf
from codecards.codesets.system import System
from codecards.errors import UnknownReleaseError

if TYPE_CHECKING:
    from codecards.codesets.codeset import CodeSet
    from codecards.codesets.conversions import ConversionTable
    from codecards.codesets.index import CodeIndex
    from codecards.codesets.index_lookup import IndexTerm
    from codecards.codesets.poa_exempt import PoaExemptList

__all__ = [
    "index_terms",
    "load_conversions",
    "load_index",
    "load_index_terms",
    "load_poa_exempt",
    "replacements_here",
]

_ALPHABETIC = "alphabetic-index"
_EXTERNAL = "external-cause-index"
_NEOPLASMS = "table-of-neoplasms"
_DRUGS = "table-of-drugs"
_CONVERSIONS = "conversion-table"
_EXEMPT = "poa-exempt-list"


def load_index(
    system: System | str = System.ICD_10_CM, release: str | None = None, *, folder: Path | None = None
) -> CodeIndex:
    """Load the Alphabetic Index of a release, and the External Cause Index behind it, as far as they are here.

    Args:
        system: The coding system, or its name; only ICD-10-CM has an index that codecards reads.
        release: The release; the newest one that has an index here without it.
        folder: The library's folder; the user's own without it.

    Raises:
        UnknownReleaseError: No index of it is on this machine; the message says how to get it.
        UnknownSystemError: No coding system is called that.
        SourceFileError: Its file is damaged.
    """
    import attrs

    from codecards.codesets.readers import read_external_cause_index, read_index

    readers = {_ALPHABETIC: read_index, _EXTERNAL: read_external_cause_index}
    shelf, found = _find(System.parse(system), release, tuple(readers), folder)
    first, *others = (readers[item.kind](shelf.file(item.stored)) for item in found)
    return attrs.evolve(first, entries=(*first.entries, *(line for other in others for line in other.entries)))


def load_index_terms(
    system: System | str = System.ICD_10_CM, release: str | None = None, *, folder: Path | None = None
) -> tuple[IndexTerm, ...]:
    """Load the lines of all indexes and tables of a release that are here, for `index_lookup`.

    The arguments and what is raised are those of `load_index`.
    """
    shelf, found = _find(System.parse(system), release, (_ALPHABETIC, _EXTERNAL, _NEOPLASMS, _DRUGS), folder)
    return _terms(found, shelf)


def index_terms(companions: tuple[Companion, ...], *, folder: Path | None = None) -> tuple[IndexTerm, ...]:
    """Return the lines of the indexes and tables among the companion files of a release; none where there are none.

    Args:
        companions: The companion files.
        folder: The library's folder; the user's own without it.
    """
    return _terms(companions, Shelf(folder or library_folder()))


def load_conversions(
    system: System | str = System.ICD_10_CM, release: str | None = None, *, folder: Path | None = None
) -> ConversionTable:
    """Load a conversion table. Each holds all years before it, so the newest one serves most questions.

    The arguments and what is raised are those of `load_index`.
    """
    from codecards.codesets.readers import read_conversion_table

    shelf, found = _find(System.parse(system), release, (_CONVERSIONS,), folder)
    return read_conversion_table(shelf.file(found[0].stored))


def load_poa_exempt(
    system: System | str = System.ICD_10_CM, release: str | None = None, *, folder: Path | None = None
) -> PoaExemptList:
    """Load the codes of a release that are exempt from present-on-admission reporting.

    The arguments and what is raised are those of `load_index`.
    """
    from codecards.codesets.readers import read_poa_exempt

    shelf, found = _find(System.parse(system), release, (_EXEMPT,), folder)
    return read_poa_exempt(shelf.file(found[0].stored))


def replacements_here(after: date, codeset: CodeSet, *, folder: Path | None = None) -> dict[str, tuple[str, ...]]:
    """Return old codes and what took over from them; nothing where no conversion table is on this machine.

    Args:
        after: What took effect on this day or before does not count.
        codeset: The release that decides; what took effect after it does not count.
        folder: The library's folder; the user's own without it.
    """
    try:
        table = load_conversions(codeset.system, folder=folder)
    except UnknownReleaseError:
        return {}
    return table.replacements(after, codeset.effective.last)


def _find(
    system: System, release: str | None, kinds: tuple[str, ...], folder: Path | None
) -> tuple[Shelf, tuple[Companion, ...]]:
    """Return the files of these kinds that belong to a release, or to the newest that has any."""
    shelf = Shelf(folder or library_folder())
    records, _ = shelf.companions()
    having = [item.release for item in records if item.system is system and not set(kinds).isdisjoint(item.files)]
    wanted = release or max(having, default=None)
    beside = companions_beside(system, wanted, records) if wanted else ()
    found = tuple(item for item in beside if item.kind in kinds)
    if not found:
        which = f" {release}" if release else ""
        msg = (
            f"the {kinds[0].replace('-', ' ')} of {system.label}{which} is not on this machine; "
            f"open {PUBLISHERS[system][1]}, save its zip, then type: codecards codesets add FILE"
        )
        raise UnknownReleaseError(msg)
    return shelf, found


def _terms(companions: tuple[Companion, ...], shelf: Shelf) -> tuple[IndexTerm, ...]:
    from codecards.codesets import readers

    found: list[IndexTerm] = []
    for item in companions:
        if item.kind == _ALPHABETIC:
            found += readers.read_index(shelf.file(item.stored)).entries
        elif item.kind == _EXTERNAL:
            found += readers.read_external_cause_index(shelf.file(item.stored)).entries
        elif item.kind == _NEOPLASMS:
            found += readers.read_neoplasm_table(shelf.file(item.stored))
        elif item.kind == _DRUGS:
            found += readers.read_drug_table(shelf.file(item.stored))
    return tuple(found)
