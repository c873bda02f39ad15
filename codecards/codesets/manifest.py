"""What the library knows of a release that was added: one small JSON file for each."""

from __future__ import annotations

from datetime import date
import json
from pathlib import Path
import re
from typing import Any

import attrs

from codecards.codesets.model import Period, System
from codecards.codesets.releases import parse_release
from codecards.errors import CodecardsError

__all__ = ["DamagedManifestError", "Manifest", "StoredFile", "is_stored_file"]

_FORMAT = 1
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LARGEST = 1_000_000


class DamagedManifestError(CodecardsError, ValueError):
    """A manifest that is not one, or not whole."""


@attrs.frozen
class StoredFile:
    """An official file in the library, as it was published.

    Args:
        name: Its own name, which often tells the release.
        sha256: Of its bytes.
        size: In bytes.
        origin: Where it came from: the path or address it was read from.
    """

    name: str
    sha256: str
    size: int
    origin: str


@attrs.frozen(kw_only=True)
class Manifest:
    """A release in the library.

    Args:
        system: The coding system.
        release: The edition, such as ``"2027"``.
        aliases: Other names it answers to.
        effective: The days on which it is in force.
        rows: How many codes it holds, headers included.
        is_complete: False where it holds billable codes only.
        has_guidance: True where it holds chapters and official instructions.
        is_licensed: True where only the licensee of its file may use it.
        files: Its files, first the one that lists the codes.
    """

    system: System
    release: str
    aliases: tuple[str, ...]
    effective: Period
    rows: int
    is_complete: bool
    has_guidance: bool
    is_licensed: bool
    files: tuple[StoredFile, ...]

    @property
    def file_name(self) -> str:
        """The name of the manifest's own file."""
        return f"{self.system}-{self.release}.json"

    @property
    def fullness(self) -> tuple[bool, bool]:
        """Sorts what holds less before what holds more."""
        return (self.is_complete, self.has_guidance)

    def to_bytes(self) -> bytes:
        """Return it as the JSON that `read` takes."""
        data = attrs.asdict(self) | {"format": _FORMAT}
        last = self.effective.last
        data["effective"] = {"first": str(self.effective.first), "last": str(last) if last else None}
        return json.dumps(data, ensure_ascii=False, indent=2).encode() + b"\n"

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Read a manifest.

        Raises:
            DamagedManifestError: It is no manifest, or not the one its file name says.
        """
        try:
            with path.open("rb") as stream:
                manifest = _manifest(json.loads(stream.read(_LARGEST)))
        except (OSError, ValueError, TypeError, KeyError, LookupError, RecursionError):
            manifest = None
        if manifest is None or f"{manifest.system}-{manifest.release}" != path.stem:
            msg = f"{path}: damaged; add the official file of that release again (codecards codesets add FILE)"
            raise DamagedManifestError(msg)
        return manifest


def _manifest(data: dict[str, Any]) -> Manifest | None:
    """Check what a manifest says, and return it; None where a value is not what it must be."""
    files = tuple(StoredFile(**item) for item in data["files"])
    last = data["effective"]["last"]
    manifest = Manifest(
        system=System(data["system"]),
        release=data["release"],
        aliases=tuple(data["aliases"]),
        effective=Period(date.fromisoformat(data["effective"]["first"]), last and date.fromisoformat(last)),
        rows=data["rows"],
        is_complete=data["is_complete"],
        has_guidance=data["has_guidance"],
        is_licensed=data["is_licensed"],
        files=files,
    )
    parse_release(manifest.release)
    flags = (manifest.is_complete, manifest.has_guidance, manifest.is_licensed)
    is_right = (
        data["format"] == _FORMAT
        and type(manifest.rows) is int
        and all(isinstance(flag, bool) for flag in flags)
        and all(isinstance(alias, str) for alias in manifest.aliases)
        and bool(files)
        and all(map(is_stored_file, files))
    )
    return manifest if is_right else None


def is_stored_file(item: StoredFile) -> bool:
    """Return whether what was read of a stored file can be."""
    # The name becomes a path, so it must be a bare name.
    return (
        Path(item.name).name == item.name
        and bool(_SHA256.fullmatch(item.sha256))
        and type(item.size) is int
        and isinstance(item.origin, str)
    )
