"""The companion files of a release: what the agencies publish beside its list of codes, and the library keeps.

They belong to a system and a year. They may come before the list of codes, and to the embedded release; so they
have a record of their own, ``FOLDER/icd-10-cm-2026.companions``, beside the manifest of the release.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
import json
from pathlib import Path

import attrs

from codecards.codesets.manifest import DamagedManifestError, StoredFile, is_stored_file
from codecards.codesets.releases import parse_release
from codecards.codesets.system import System

__all__ = ["ENDING", "KINDS", "Companion", "Companions", "companions_beside"]

ENDING = ".companions"

_FORMAT = 1
_LARGEST = 1_000_000
# The values of `FileKind`, which is not imported here: it brings every reader with it.
KINDS = (
    "tabular-list",
    "alphabetic-index",
    "external-cause-index",
    "table-of-neoplasms",
    "table-of-drugs",
    "conversion-table",
    "poa-exempt-list",
    "pcs-tables",
    "pcs-definitions",
    "addenda",
)


@attrs.frozen
class Companion:
    """A file that stands beside the list of codes of a release.

    Args:
        kind: What it is; the value of a `FileKind`.
        system: The coding system it belongs to.
        release: The release its name tells, which may be another posting of the same year.
        stored: The file.
    """

    kind: str
    system: System
    release: str
    stored: StoredFile


@attrs.frozen(kw_only=True)
class Companions:
    """The record of the companion files of one release.

    Args:
        system: The coding system.
        release: The release that the names of the files tell.
        files: The file that holds each kind.
    """

    system: System
    release: str
    files: Mapping[str, StoredFile]

    @property
    def file_name(self) -> str:
        """The name of the record's own file."""
        return f"{self.system}-{self.release}{ENDING}"

    def with_file(self, kinds: Iterable[str], stored: StoredFile) -> Companions:
        """Return it with another file for `kinds`, in place of those that held them."""
        return attrs.evolve(self, files={**self.files, **dict.fromkeys(kinds, stored)})

    def to_bytes(self) -> bytes:
        """Return it as the JSON that `read` takes."""
        files = {kind: attrs.asdict(stored) for kind, stored in self.files.items()}
        data = {"format": _FORMAT, "system": self.system, "release": self.release, "files": files}
        return json.dumps(data, ensure_ascii=False, indent=2).encode() + b"\n"

    @classmethod
    def read(cls, path: Path) -> Companions:
        """Read a record.

        Raises:
            DamagedManifestError: It is no record, or not the one its file name says.
        """
        try:
            with path.open("rb") as stream:
                data = json.loads(stream.read(_LARGEST))
            files = {kind: StoredFile(**item) for kind, item in data["files"].items()}
            found = cls(system=System(data["system"]), release=data["release"], files=files)
            parse_release(found.release)
            is_right = data["format"] == _FORMAT and all(map(is_stored_file, files.values())) and bool(files)
        except (OSError, ValueError, TypeError, KeyError, LookupError, AttributeError, RecursionError):
            is_right = False
        if not is_right or found.file_name != path.name or not set(found.files) <= set(KINDS):
            msg = f"{path}: damaged; add the companion files of that release again (codecards codesets add FILE)"
            raise DamagedManifestError(msg)
        return found


def companions_beside(system: System, release: str, records: Iterable[Companions]) -> tuple[Companion, ...]:
    """Return the companion files of a release: of each kind the one of that very release, or else of its year.

    Of several postings of the year it is the last one before the release, or else the last one.

    Args:
        system: The coding system.
        release: The release.
        records: All records of the library.
    """
    year = parse_release(release)[0]
    near = [item for item in records if item.system is system and parse_release(item.release)[0] == year]
    near.sort(key=lambda item: (item.release <= release, item.release))
    found = {
        kind: Companion(kind, system, item.release, stored) for item in near for kind, stored in item.files.items()
    }
    return tuple(found[kind] for kind in KINDS if kind in found)
