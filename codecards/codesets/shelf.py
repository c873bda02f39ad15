"""The folder of the library: official files as published, and a manifest for each release.

    FOLDER/icd-10-cm-2027.json        the manifest; a release is here when its manifest is
    FOLDER/icd-10-cm-2027.companions  the record of what was published beside it
    FOLDER/files/SHA256/NAME.zip      the official file, unchanged, under its own name

One process at a time adds; whoever reads never waits. A file is written beside its place and moved there in one
step, the manifest last. So whatever ends a process leaves at most files that no manifest names; the next
process that adds removes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
import hashlib
import os
from pathlib import Path
from typing import IO

import attrs

from codecards.codesets.companions import ENDING, Companions
from codecards.codesets.locking import locked
from codecards.codesets.manifest import DamagedManifestError, Manifest, StoredFile
from codecards.codesets.system import System
from codecards.errors import CodecardsError, SourceFileError

__all__ = ["LibraryError", "Shelf"]

_FILES = "files"
_INCOMING = ".incoming"
_CHUNK = 1 << 20
# The largest official archive is 22 MB.
_LARGEST = 500_000_000
_OWNER_ONLY = 0o700


class LibraryError(CodecardsError, OSError):
    """The library's folder cannot be used, or would lose codes; what is in it is untouched."""


@attrs.frozen
class Shelf:
    """The library in one folder.

    Args:
        folder: The folder; it need not exist before something is added.
    """

    folder: Path

    def manifests(self) -> tuple[tuple[Manifest, ...], tuple[str, ...]]:
        """Return the manifests that are whole, by name, and a line about each that is not."""
        found: list[Manifest] = []
        problems: list[str] = []
        for path in sorted(self.folder.glob("*.json")):
            try:
                found.append(Manifest.read(path))
            except DamagedManifestError as error:
                problems.append(str(error))
        return tuple(found), tuple(problems)

    def companions(self) -> tuple[tuple[Companions, ...], tuple[str, ...]]:
        """Return the records of companion files that are whole, by name, and a line about each that is not."""
        found: list[Companions] = []
        problems: list[str] = []
        for path in sorted(self.folder.glob(f"*{ENDING}")):
            try:
                found.append(Companions.read(path))
            except DamagedManifestError as error:
                problems.append(str(error))
        return tuple(found), tuple(problems)

    def manifest(self, system: System, release: str) -> Manifest | None:
        """Return the manifest of a release, or None where it is not here.

        Raises:
            DamagedManifestError: It is here, and not whole.
        """
        path = self.folder / f"{system}-{release}.json"
        return Manifest.read(path) if path.exists() else None

    def file(self, stored: StoredFile) -> Path:
        """Return the path of a stored file, once its checksum is right.

        Raises:
            SourceFileError: The file is gone or is not what was added.
        """
        path = self._place(stored.sha256) / stored.name
        try:
            with path.open("rb") as stream:
                found = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            found, reason = "", error.strerror or str(error)
        else:
            reason = "sha256 differs"
        if found != stored.sha256:
            msg = f"{path}: not what was added ({reason}); add it again: codecards codesets add {stored.name}"
            raise SourceFileError(msg)
        return path

    @contextmanager
    def adding(self) -> Iterator[None]:
        """Hold the library for one addition, and remove what a killed one left.

        Raises:
            LibraryError: The folder cannot be written to, or the disk is full.
        """
        try:
            with locked(self.folder):
                self._clean()
                try:
                    yield
                finally:
                    self._clean()
        except CodecardsError:
            raise
        except OSError as error:
            msg = f"{self.folder}: cannot be added to ({error.strerror or error}); check the folder and the space left"
            raise LibraryError(msg) from None

    def take_in(self, path: Path, origin: str) -> tuple[Path, StoredFile]:
        """Copy a file into the library, unnamed by any manifest yet; call it while `adding`.

        Returns:
            The path of the copy, which bears the file's own name, and what to put in a manifest.

        Raises:
            SourceFileError: The file cannot be read, or is larger than any official one.
            OSError: The copy cannot be written.
        """
        incoming = self.folder / _INCOMING
        incoming.mkdir()
        copy = incoming / path.name
        digest = hashlib.sha256()
        size = 0
        with _opened(path) as source, copy.open("xb") as target:
            while chunk := source.read(_CHUNK):
                size += len(chunk)
                if size > _LARGEST:
                    msg = f"{path}: larger than {_LARGEST:,} bytes, which no official file is"
                    raise SourceFileError(msg)
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        return copy, StoredFile(path.name, digest.hexdigest(), size, origin)

    def keep(self, copy: Path, stored: StoredFile, *records: Manifest | Companions) -> None:
        """Put a copy that was taken in into its place, and then what names it.

        Args:
            copy: The copy.
            stored: What to call it.
            records: The records to write, in this order.

        Raises:
            OSError: They cannot be written; the library is as it was.
        """
        place = self._place(stored.sha256)
        place.mkdir(parents=True, exist_ok=True)
        if any(isinstance(item, Manifest) and item.is_licensed for item in records):
            place.chmod(_OWNER_ONLY)
        copy.replace(place / stored.name)
        for folder in (place, place.parent, self.folder):
            _sync_folder(folder)
        self.note(*records)

    def note(self, *records: Manifest | Companions) -> None:
        """Write records about files that are in their places.

        Raises:
            OSError: They cannot be written.
        """
        from codecards.files import write_file

        for item in records:
            write_file(self.folder / item.file_name, item.to_bytes())

    def _place(self, sha256: str) -> Path:
        return self.folder / _FILES / sha256

    def _clean(self) -> None:
        """Remove what no manifest names; not where a manifest is damaged, for it may name anything."""
        import shutil

        shutil.rmtree(self.folder / _INCOMING, ignore_errors=True)
        for ending in (".json", ENDING):
            for half in self.folder.glob(f".*{ending}.*"):
                half.unlink(missing_ok=True)
        manifests, problems = self.manifests()
        records, more_problems = self.companions()
        if problems or more_problems:
            return
        stored = [*(item.files for item in manifests), *(item.files.values() for item in records)]
        named = {self._place(item.sha256) / item.name for files in stored for item in files}
        for path in (self.folder / _FILES).glob("*/*"):
            if path not in named:
                path.unlink(missing_ok=True)
        for place in (self.folder / _FILES).glob("*"):
            if not any(path.parent == place for path in named):
                shutil.rmtree(place, ignore_errors=True)


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """Open the user's file, and tell trouble with it from trouble with the library."""
    try:
        stream = path.open("rb")
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror}); check the path"
        raise SourceFileError(msg) from None
    with stream:
        yield stream


def _sync_folder(folder: Path) -> None:
    """Have the folder's own entries written to the disk, where the system can."""
    if os.name == "posix":  # pragma: no branch -- the other system has no such thing
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
