"""Open what Anki wrote, in any of its formats, without touching it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
import shutil
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
import zipfile
import zlib

from codecards.errors import AnkiFileError, MissingExtraError

if TYPE_CHECKING:
    from anki.collection import Collection

__all__ = ["opened", "rows"]

_DATABASE = "collection.anki2"
_NEWEST = "collection.anki21b"
# The list of no media files: an empty Zstandard frame in the current format, JSON before.
_NO_MEDIA = bytes.fromhex("28b52ffd2000010000")
_NO_MEDIA_OF_OLD = b"{}"
# What SQLite keeps beside a database that was not closed; part of the collection, too.
_BESIDE = ("", "-wal")


@contextmanager
def opened(path: Path) -> Iterator[Collection]:
    """Give a copy of what a file of Anki's holds, as a collection of its own that is gone afterwards.

    Args:
        path: A deck package (``.apkg``), a collection package (``.colpkg``), or the
            collection itself (``collection.anki2``).

    Raises:
        MissingExtraError: Anki's library is not installed.
        AnkiFileError: The file cannot be read, or is none of these.
    """
    try:
        from anki.collection import Collection
        from anki.errors import AnkiException
    except ImportError:
        msg = "reading Anki's files needs Anki's own library; install it with: pip install 'codecards[anki]'"
        raise MissingExtraError(msg) from None
    if not path.is_file():
        msg = f"{path}: there is no such file; export one from Anki (File, Export, with scheduling information)"
        raise AnkiFileError(msg)
    with TemporaryDirectory(prefix="codecards-anki-") as folder:
        copy = Path(folder, _DATABASE)
        collection: Collection | None = None
        try:
            if path.suffix == ".colpkg":
                _unpack(_without_media(path, Path(folder)), copy)
            elif path.suffix != ".apkg":
                _copy(path, copy)
            collection = Collection(str(copy))
            if path.suffix == ".apkg":
                _import(collection, _without_media(path, Path(folder)))
            yield collection
        except (AnkiException, OSError, zipfile.BadZipFile, zlib.error, RuntimeError) as error:
            msg = f"{path}: Anki cannot read it ({' '.join(str(error).split())}); export it anew"
            raise AnkiFileError(msg) from None
        finally:
            if collection is not None:
                collection.close()


def rows(collection: Collection, query: str, *values: int) -> Sequence[Sequence[Any]]:
    """Return what a query of a collection finds; one that is open has a database."""
    return collection.db.all(query, *values) if collection.db else ()


def _without_media(path: Path, folder: Path) -> Path:
    """Return a copy of a package with nothing in it but the collection: its media can be gigabytes."""
    copy = folder / f"package{path.suffix}"
    with zipfile.ZipFile(path) as package, zipfile.ZipFile(copy, "w") as stripped:
        kept = [name for name in package.namelist() if name == "meta" or name.startswith("collection.")]
        for name in kept:
            with package.open(name) as source, stripped.open(name, "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target)
        stripped.writestr("media", _NO_MEDIA if _NEWEST in kept else _NO_MEDIA_OF_OLD)
    return copy


def _unpack(path: Path, copy: Path) -> None:
    """Make a collection of a collection package."""
    from anki._backend import RustBackend

    media = copy.parent / "media"
    media.mkdir()
    RustBackend().import_collection_package(
        col_path=str(copy), backup_path=str(path), media_folder=str(media), media_db=str(copy.parent / "media.db")
    )


def _import(collection: Collection, path: Path) -> None:
    """Take a deck package into an empty collection, with its scheduling."""
    from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

    options = ImportAnkiPackageOptions(with_scheduling=True)
    collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(path), options=options))


def _copy(path: Path, copy: Path) -> None:
    """Copy a collection that nobody writes to meanwhile.

    Raises:
        AnkiFileError: Somebody does.
    """
    before = _stamp(path)
    for suffix in _BESIDE:
        source = Path(f"{path}{suffix}")
        if source.exists():
            shutil.copyfile(source, f"{copy}{suffix}")
    if _stamp(path) != before:
        msg = f"{path}: Anki is writing to it; close Anki and try again"
        raise AnkiFileError(msg)


def _stamp(path: Path) -> list[tuple[int, int] | None]:
    stamps: list[tuple[int, int] | None] = []
    for suffix in _BESIDE:
        file = Path(f"{path}{suffix}")
        status = file.stat() if file.exists() else None
        stamps.append((status.st_mtime_ns, status.st_size) if status else None)
    return stamps
