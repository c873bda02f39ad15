"""The releases on this machine: which there are, how to add one, and how to load one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from codecards.codesets import embedded
from codecards.codesets.beside import JOINED, Held, companions_in, fuller_manifests, has_guidance, joined
from codecards.codesets.cache import kept
from codecards.codesets.companions import Companion, Companions, companions_beside
from codecards.codesets.model import Period, System
from codecards.codesets.places import cache_folder, library_folder
from codecards.codesets.releases import effective_period, parse_release, release_on
from codecards.codesets.shelf import LibraryError, Shelf
from codecards.errors import CodecardsError, SourceFileError, UnknownReleaseError

if TYPE_CHECKING:
    from codecards.codesets.codeset import CodeSet
    from codecards.codesets.manifest import Manifest, StoredFile

__all__ = [
    "InstalledRelease",
    "add_file",
    "installed_releases",
    "library_problems",
    "load_codeset",
    "waiting_releases",
]

_EMBEDDED = "embedded"


@attrs.frozen(kw_only=True)
class InstalledRelease:
    """A release that `load_codeset` can load on this machine.

    Args:
        system: The coding system.
        release: The edition, such as ``"2026"``.
        aliases: Other names it answers to, such as ``"2026-04"``.
        effective: The days on which it is in force.
        origin: Where its file came from, a path or an address; ``"embedded"`` for
            what comes with every installation.
        rows: How many codes it holds, headers included; none where only companion files of it are here.
        is_complete: False where it holds billable codes only, no headers.
        has_guidance: True where it holds chapters and official instructions.
        is_licensed: True where only the licensee of its file may use it.
        sha256: Of its file, as published.
        companions: The files that stand beside it.
    """

    system: System
    release: str
    aliases: tuple[str, ...]
    effective: Period
    origin: str
    rows: int
    is_complete: bool
    has_guidance: bool
    is_licensed: bool
    sha256: str
    companions: tuple[Companion, ...] = ()


def installed_releases(*, folder: Path | None = None) -> tuple[InstalledRelease, ...]:
    """Return every release on this machine, by system, oldest first.

    Where a release is both embedded and in the library, the fuller one stands here
    and is loaded; of two as full, the one in the library.

    Args:
        folder: The library's folder; the user's own without it.
    """
    shelf = _shelf(folder)
    manifests, _ = shelf.manifests()
    records, _ = shelf.companions()
    found = {(_EMBEDDED_RELEASE.system, _EMBEDDED_RELEASE.release): _EMBEDDED_RELEASE}
    for manifest in manifests:
        key = (manifest.system, manifest.release)
        if key not in found or manifest.fullness >= (found[key].is_complete, found[key].has_guidance):
            found[key] = _installed(manifest)
    systems = list(System)
    listed = sorted(found.values(), key=lambda item: (systems.index(item.system), item.effective.first))
    return tuple(_with_companions(item, records) for item in listed)


def waiting_releases(*, folder: Path | None = None) -> tuple[InstalledRelease, ...]:
    """Return the releases of which only companion files are on this machine, but no list of codes.

    Args:
        folder: The library's folder; the user's own without it.
    """
    here = {(item.system, parse_release(item.release)[0]) for item in installed_releases(folder=folder)}
    records, _ = _shelf(folder).companions()
    return tuple(_waiting(item) for item in records if (item.system, parse_release(item.release)[0]) not in here)


def library_problems(*, folder: Path | None = None) -> tuple[str, ...]:
    """Return a line about each thing in the library that is damaged; every file is read.

    Args:
        folder: The library's folder; the user's own without it.
    """
    shelf = _shelf(folder)
    manifests, found = shelf.manifests()
    records, more = shelf.companions()
    problems = [*found, *more]
    named = [*(item.files for item in manifests), *(item.files.values() for item in records)]
    for stored in dict.fromkeys(item for files in named for item in files):
        try:
            shelf.file(stored)
        except SourceFileError as error:
            problems.append(str(error))
    return tuple(problems)


def add_file(  # noqa: PLR0913 -- one thing to say about the file each, by name
    path: str | Path,
    *,
    release: str | None = None,
    i_have_a_licence: bool = False,
    origin: str | None = None,
    expected: tuple[System, str] | None = None,
    folder: Path | None = None,
) -> InstalledRelease:
    """Put an official file into the library, once it was read whole; it is kept as it is.

    A file of a release that is in the library takes the place of the one there,
    unless it holds less: billable codes only, or no guidance. Companion files (the
    tabular list, indexes, tables, conversions) are kept beside the release they belong
    to, whether or not it is here yet; the tabular list and the tables join its codes.

    Args:
        path: The file or zip, as downloaded.
        release: The release to call it, where its name does not tell.
        i_have_a_licence: The user's statement that they hold a licence, which CPT needs.
        origin: Where it came from; its path without it.
        expected: The system and release it must turn out to be, where the caller knows.
        folder: The library's folder; the user's own without it.

    Raises:
        SourceFileError: It is missing, damaged, no code-set file, or not what was expected.
        LibraryError: It holds less than what is there, or the library cannot be written to.
            What was in the library before is untouched.
    """
    from codecards.codesets.manifest import Manifest
    from codecards.codesets.readers import read_codeset

    path = Path(path)
    shelf = _shelf(folder)
    with shelf.adding():
        copy, stored = shelf.take_in(path, origin or str(path.absolute()))
        try:
            held = companions_in(copy, release)
            if held.kinds and not held.lists_codes and expected is None:
                return _keep_companions(shelf, copy, stored, held)
            codeset = read_codeset(copy, release=release, i_have_a_licence=i_have_a_licence)
            if expected is not None and codeset.release == str(parse_release(expected[1])[0]) != expected[1]:
                # The names in the file tell the year only; the caller knows which posting of it this is.
                codeset = read_codeset(copy, release=expected[1], i_have_a_licence=i_have_a_licence)
        except CodecardsError as error:
            error.args = (str(error).replace(str(copy), str(path)),)
            raise
        if expected is not None and (codeset.system, codeset.release) != expected:
            system, named = expected
            msg = f"{path}: holds {codeset.system.label} {codeset.release}, not {system.label} {named}"
            raise SourceFileError(msg)
        records, _ = shelf.companions()
        codeset = joined(codeset, companions_beside(codeset.system, codeset.release, records), shelf)
        manifest = Manifest(
            system=codeset.system,
            release=codeset.release,
            aliases=codeset.aliases,
            effective=codeset.effective,
            rows=len(codeset),
            is_complete=codeset.is_complete,
            has_guidance=has_guidance(codeset),
            is_licensed=codeset.system is System.CPT,
            files=(stored,),
        )
        _refuse_less(shelf, manifest, path)
        added = held.records(stored, records)
        shelf.keep(copy, stored, *added, manifest)
    return _with_companions(_installed(manifest), (*records, *added))


def load_codeset(
    system: System | str,
    release: str | None = None,
    *,
    on: date | None = None,
    folder: Path | None = None,
    cache: Path | None = None,
) -> CodeSet:
    """Load a release of a code set that is on this machine.

    Args:
        system: The coding system, or its name.
        release: The edition, such as ``"2026"``; the newest one without it. A year
            answers for its mid-year posting where only that is on this machine.
        on: A day; loads the release in force on it. Not together with `release`.
        folder: The library's folder; the user's own without it.
        cache: The folder for what was parsed; the user's own without it.

    Raises:
        UnknownReleaseError: That release is not on this machine; the message says how to get it.
        UnknownSystemError: No coding system is called that.
        SourceFileError: Its file is damaged.

    >>> load_codeset("icd-10-cm", release="2026")["E11.9"].description
    'Type 2 diabetes mellitus without complications'
    """
    system = System.parse(system)
    if release is not None and on is not None:
        msg = "give a release or a day, not both"
        raise TypeError(msg)
    installed = [item for item in installed_releases(folder=folder) if item.system is system]
    chosen = _newest(installed) if release is None and on is None else None
    if release is not None:
        chosen = _called(installed, release)
    elif on is not None:
        chosen = _newest([item for item in installed if on in item.effective])
    if chosen is None:
        raise UnknownReleaseError(_why_unknown(system, release, on, installed, _shelf(folder)))
    return _load(chosen, _shelf(folder), cache or cache_folder())


def _load(chosen: InstalledRelease, shelf: Shelf, cache: Path) -> CodeSet:
    if chosen.origin == _EMBEDDED:
        return embedded.load_embedded(cache)
    manifest = shelf.manifest(chosen.system, chosen.release)
    if manifest is None:
        msg = f"{chosen.system.label} {chosen.release} has just been removed from {shelf.folder}; add it again"
        raise UnknownReleaseError(msg)
    try:
        path = shelf.file(manifest.files[0])
    except SourceFileError:
        # Another process may have put a later posting in its place since the manifest was read.
        later = shelf.manifest(chosen.system, chosen.release)
        if later is None or later == manifest:
            raise
        manifest, path = later, shelf.file(later.files[0])

    def read() -> CodeSet:
        from codecards.codesets.readers import read_codeset

        codeset = read_codeset(path, release=manifest.release, i_have_a_licence=manifest.is_licensed)
        return joined(codeset, chosen.companions, shelf)

    if manifest.is_licensed:
        return read()
    name = f"{manifest.system}-{manifest.release}"
    beside = (item.stored for item in chosen.companions if item.kind in JOINED)
    made_from = (item.name + item.sha256 for item in (*manifest.files, *beside))
    return kept(name, (manifest.release, *made_from), read, cache)


def _keep_companions(shelf: Shelf, copy: Path, stored: StoredFile, held: Held) -> InstalledRelease:
    """Put companion files into the library, and return the release they are of."""
    there, _ = shelf.companions()
    added = held.records(stored, there)
    records = {(item.system, item.release): item for item in (*there, *added)}
    shelf.keep(copy, stored, *added)
    shelf.note(*fuller_manifests(shelf, tuple(records.values())))
    first = added[0]
    installed = [item for item in installed_releases(folder=shelf.folder) if item.system is first.system]
    return _called(installed, first.release) or next(_of_year(installed, first.release), _waiting(first))


def _of_year(installed: Iterable[InstalledRelease], release: str) -> Iterator[InstalledRelease]:
    year = parse_release(release)[0]
    return (item for item in installed if parse_release(item.release)[0] == year)


def _newest(installed: list[InstalledRelease]) -> InstalledRelease | None:
    return max(installed, key=lambda item: item.effective.first, default=None)


def _called(installed: list[InstalledRelease], release: str) -> InstalledRelease | None:
    """Return the release of that name; for a year without its own, the first posting within it."""
    _, month = parse_release(release)
    exact = [item for item in installed if release in (item.release, *item.aliases)]
    if exact or month is not None:
        return exact[0] if exact else None
    return next(_of_year(installed, release), None)


def _why_unknown(
    system: System, release: str | None, on: date | None, installed: list[InstalledRelease], shelf: Shelf
) -> str:
    wanted = release or (release_on(system, on) if on else None)
    which = f" {release}" if release else f" {wanted}, in force on {on}," if on else ""
    have = ", ".join(item.release for item in installed) or "none"
    said = f"{system.label}{which} is not on this machine; its releases here: {have}"
    _, damaged = shelf.manifests()
    if damaged:
        said += f"; damaged: {damaged[0]}"
    if system is System.CPT:
        return f"{said}; add your licensed file: codecards codesets add FILE --i-have-a-licence"
    return f"{said}; get it: codecards codesets fetch {system}{f' {wanted}' if wanted else ''}"


def _refuse_less(shelf: Shelf, manifest: Manifest, path: Path) -> None:
    """Refuse a file that holds less than the library does.

    Raises:
        LibraryError: About what is there.
    """
    manifests, _ = shelf.manifests()
    there = [item for item in manifests if (item.system, item.release) == (manifest.system, manifest.release)]
    if there and there[0].fullness > manifest.fullness:
        less = "billable codes only" if there[0].is_complete and not manifest.is_complete else "no guidance"
        msg = (
            f"{path}: holds {less}; {manifest.system.label} {manifest.release} is in the library "
            f"with more ({there[0].files[0].name}), and stays"
        )
        raise LibraryError(msg)


def _installed(manifest: Manifest) -> InstalledRelease:
    stored = manifest.files[0]
    return InstalledRelease(
        system=manifest.system,
        release=manifest.release,
        aliases=manifest.aliases,
        effective=manifest.effective,
        origin=stored.origin,
        rows=manifest.rows,
        is_complete=manifest.is_complete,
        has_guidance=manifest.has_guidance,
        is_licensed=manifest.is_licensed,
        sha256=stored.sha256,
    )


def _with_companions(item: InstalledRelease, records: tuple[Companions, ...]) -> InstalledRelease:
    return attrs.evolve(item, companions=companions_beside(item.system, item.release, records))


def _waiting(record: Companions) -> InstalledRelease:
    first = next(iter(record.files.values()))
    item = InstalledRelease(
        system=record.system,
        release=record.release,
        aliases=(),
        effective=effective_period(record.system, record.release),
        origin=first.origin,
        rows=0,
        is_complete=False,
        has_guidance=False,
        is_licensed=False,
        sha256=first.sha256,
    )
    return _with_companions(item, (record,))


def _shelf(folder: Path | None) -> Shelf:
    return Shelf(folder or library_folder())


_EMBEDDED_RELEASE = InstalledRelease(
    system=System.ICD_10_CM,
    release=embedded.RELEASE,
    aliases=embedded.ALIASES,
    effective=effective_period(System.ICD_10_CM, embedded.RELEASE),
    origin=_EMBEDDED,
    rows=embedded.ROWS,
    is_complete=True,
    has_guidance=True,
    is_licensed=False,
    sha256=embedded.SHA256,
)
