"""Keep parsed code sets, so that the next process need not parse them again.

A kept code set is found by what it was made from: the files it was read from and the programs that read them.
The folder is safe to delete, and to share between versions. A file that is damaged or cannot be written costs
time only: the code set is read from its official files again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
import hashlib
from pathlib import Path

from codecards.codesets.codeset import CodeSet
from codecards.codesets.packed import DamagedPackError, pack, unpack

__all__ = ["kept"]

_ENDING = ".codeset"
_KEY_LENGTH = 32
_SOURCES = Path(__file__).parent


def kept(name: str, made_from: Iterable[str], make: Callable[[], CodeSet], folder: Path) -> CodeSet:
    """Return the code set that `make` makes, from the cache where it is there.

    Args:
        name: What to call it in the cache, such as ``"icd-10-cm-2026"``; of several
            files of one name only the last one written stays.
        made_from: All that decides what `make` returns, such as checksums of files.
        make: Reads the official files.
        folder: The folder of the cache; made where it is missing.

    Raises:
        CodecardsError: As `make` does.
    """
    path = folder / f"{name}.{_key(made_from)}{_ENDING}"
    # What cannot be read, or is not whole, was never there.
    with suppress(OSError, DamagedPackError):
        return unpack(path.read_bytes())
    codeset = make()
    content = pack(codeset)
    if content is not None:
        _keep(path, name, content)
    return codeset


def _keep(path: Path, name: str, content: bytes) -> None:
    from codecards.files import UnwritableFileError, write_file

    with suppress(UnwritableFileError):
        write_file(path, content)
        for other in path.parent.glob(f"{name}.*{_ENDING}"):
            if other != path:
                with suppress(OSError):
                    other.unlink()


def _key(made_from: Iterable[str]) -> str:
    """Return one name for the sources and the programs of this room: when either changes, it does."""
    digest = hashlib.sha256()
    for path in sorted(_SOURCES.rglob("*.py")):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    for item in made_from:
        digest.update(hashlib.sha256(item.encode()).digest())
    return digest.hexdigest()[:_KEY_LENGTH]
