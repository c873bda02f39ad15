"""The releases on this machine: which there are, and how to load one."""

from __future__ import annotations

from datetime import date

import attrs

from codecards.codesets import embedded
from codecards.codesets.codeset import CodeSet
from codecards.codesets.model import Period, System
from codecards.codesets.places import cache_folder
from codecards.codesets.releases import effective_period, parse_release
from codecards.errors import UnknownReleaseError

__all__ = ["InstalledRelease", "installed_releases", "load_codeset"]


@attrs.frozen
class InstalledRelease:
    """A release that `load_codeset` can load on this machine.

    Args:
        system: The coding system.
        release: The edition, such as ``"2026"``.
        aliases: Other names it answers to, such as ``"2026-04"``.
        effective: The days on which it is in force.
        origin: Where its files are: ``"embedded"`` for those of the installation.
    """

    system: System
    release: str
    aliases: tuple[str, ...]
    effective: Period
    origin: str


def installed_releases() -> tuple[InstalledRelease, ...]:
    """Return every release on this machine, by system, oldest first."""
    system = System.ICD_10_CM
    effective = effective_period(system, embedded.RELEASE)
    return (InstalledRelease(system, embedded.RELEASE, embedded.ALIASES, effective, "embedded"),)


def load_codeset(system: System | str, release: str | None = None, *, on: date | None = None) -> CodeSet:
    """Load a release of a code set that is on this machine.

    Args:
        system: The coding system, or its name.
        release: The edition, such as ``"2026"``; the newest one without it.
        on: A day; loads the release in force on it. Not together with `release`.

    Raises:
        UnknownReleaseError: That release is not on this machine.
        UnknownSystemError: No coding system is called that.

    >>> load_codeset("icd-10-cm", release="2026")["E11.9"].description
    'Type 2 diabetes mellitus without complications'
    """
    system = System.parse(system)
    if release is not None and on is not None:
        msg = "give a release or a day, not both"
        raise TypeError(msg)
    if release is not None:
        parse_release(release)
    installed = [item for item in installed_releases() if item.system is system]
    wanted = [
        item
        for item in installed
        if (release is None or release in (item.release, *item.aliases)) and (on is None or on in item.effective)
    ]
    if not wanted:
        which = f" {release}" if release else f" for {on}" if on else ""
        have = ", ".join(item.release for item in installed) or "none"
        msg = f"{system.label}{which} is not on this machine; its releases here: {have}"
        raise UnknownReleaseError(msg)
    return embedded.load_embedded(cache_folder())
