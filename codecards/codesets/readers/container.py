"""Open an official file, plain or packed: every document in it, within bounds, as a stream of bytes.

Archives come as CMS and CDC make them: files at the top, inside folders, or inside a further zip. A
hostile one may also come; the bounds below hold for it. Names inside an archive are shown, never used as paths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
import hashlib
import io
from pathlib import Path
import struct
from typing import IO, NoReturn, cast
import zipfile
import zlib

import attrs

from codecards.errors import CodecardsError, SourceFileError

__all__ = ["Document", "Documents", "open_documents", "reading"]

# The largest official archive is 22 MB, the largest member 15 MB, and official files shrink to 1/29 at best.
_LARGEST_FILE = 220_000_000
_LARGEST_TOTAL = 440_000_000
_LARGEST_RATIO = 200
_SMALL = 1_000_000  # below this a member may shrink as it likes
_LARGEST_INDEX = 4_000_000  # the central directory: 40,000 members with long names
_DEEPEST = 3
_BUFFER = 1 << 18

_ZIP = b"PK\x03\x04"
_END_OF_ZIP = b"PK\x05\x06"
_END_LENGTH = 22
_LONGEST_COMMENT = 65_535
_WORKBOOK = "xl/workbook.xml"
_SHOWN_NAME = 120
# What damaged files and archives make the standard library raise.
_DAMAGE = (
    OSError,
    EOFError,
    RuntimeError,
    LookupError,
    ValueError,
    OverflowError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
)


@attrs.frozen
class Document:
    """One file, on the disk or inside an archive.

    Args:
        name: What to call it in an error: the file's name, or ``archive.zip/folder/file.txt``.
        size: Its size in bytes.
        is_workbook: True for an XLSX file.
    """

    name: str
    size: int
    is_workbook: bool
    _open: Callable[[], IO[bytes]] = attrs.field(repr=False, eq=False)

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Open it for reading.

        Raises:
            SourceFileError: It is damaged.
        """
        with reading(self.name), self._open() as stream:
            # A member of a zip reads lines slowly; a buffer of its own makes it three times as fast.
            yield _buffered(stream) if isinstance(stream, zipfile.ZipExtFile) else stream


@attrs.frozen
class Documents:
    """What an official file holds.

    Args:
        path: The file itself.
        members: Its documents, in the order of the archive.
        sha256: Of the file's bytes, as it was downloaded.
    """

    path: Path
    members: tuple[Document, ...]
    sha256: str


@contextmanager
def open_documents(path: str | Path) -> Iterator[Documents]:
    """Open a file or an archive, and the archives inside it, as documents to read.

    Args:
        path: The file or zip, as downloaded.

    Raises:
        SourceFileError: It is missing, damaged, or larger inside than any official file.
    """
    path = Path(path)
    with reading(str(path)), path.open("rb") as stream:
        size = path.stat().st_size
        if size == 0:
            _refuse(str(path), "the file is empty")
        if size > _LARGEST_FILE:
            _refuse(str(path), f"has {size:,} bytes, which no official file does")
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        yield Documents(path, tuple(_documents(stream, path, size)), sha256)


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Turn whatever damage makes a file or archive raise into one clear error.

    Args:
        name: What to call the file.

    Raises:
        SourceFileError: The file cannot be read.
    """
    try:
        yield
    except CodecardsError:
        raise
    except _DAMAGE as error:
        reason = getattr(error, "strerror", None) or " ".join(str(error).split()) or type(error).__name__
        msg = f"{name}: cannot be read ({reason}); check the path, or download the file again"
        raise SourceFileError(msg) from None


def _documents(stream: IO[bytes], path: Path, size: int) -> Iterator[Document]:
    if _starts_as_zip(stream):
        yield from _Unpacking(path.name).documents(stream, path.name, size, 1, path.open)
    else:
        yield Document(path.name, size, is_workbook=False, open=lambda: path.open("rb"))


@attrs.define
class _Unpacking:
    """The bounds of one archive and all archives inside it, taken together."""

    name: str
    total: int = 0

    def documents(
        self, stream: IO[bytes], name: str, size: int, depth: int, reopen: Callable[[str], IO[bytes]]
    ) -> Iterator[Document]:
        if depth > _DEEPEST:
            _refuse(name, f"is a zip inside {_DEEPEST} zips, which no official archive is; unpack it by hand")
        members = self._members(stream, name)
        if any(member.filename == _WORKBOOK for member, _ in members):
            yield Document(name, size, is_workbook=True, open=lambda: reopen("rb"))
            return
        for member, archive in members:
            yield from self._member(member, archive, f"{name}/{_shown(member.filename)}", depth)

    def _members(self, stream: IO[bytes], name: str) -> list[tuple[zipfile.ZipInfo, zipfile.ZipFile]]:
        if _index_size(stream) > _LARGEST_INDEX:
            _refuse(name, "lists more members than any official archive")
        archive = zipfile.ZipFile(stream)
        members = [member for member in archive.infolist() if not member.is_dir()]
        for member in members:
            self._check(member, name)
        return [(member, archive) for member in members]

    def _check(self, member: zipfile.ZipInfo, name: str) -> None:
        shown = f"{name}/{_shown(member.filename)}"
        self.total += member.file_size
        if member.file_size > _LARGEST_FILE or self.total > _LARGEST_TOTAL:
            _refuse(shown, f"unpacks to {member.file_size:,} bytes, more than any official file")
        if member.file_size > max(_SMALL, member.compress_size * _LARGEST_RATIO):
            _refuse(shown, f"unpacks to more than {_LARGEST_RATIO} times its size, which no official file does")

    def _member(self, member: zipfile.ZipInfo, archive: zipfile.ZipFile, name: str, depth: int) -> Iterator[Document]:
        def unpacked(_mode: str = "rb") -> IO[bytes]:
            return archive.open(member)

        with reading(name), unpacked() as stream:
            is_zip = stream.read(len(_ZIP)) == _ZIP
            inner = io.BytesIO(_ZIP + stream.read()) if is_zip else None
        if inner is None:
            yield Document(name, member.file_size, is_workbook=False, open=unpacked)
        else:
            yield from self.documents(inner, name, member.file_size, depth + 1, lambda _: io.BytesIO(inner.getvalue()))


def _buffered(stream: IO[bytes]) -> IO[bytes]:
    return io.BufferedReader(cast("io.RawIOBase", stream), _BUFFER)


def _starts_as_zip(stream: IO[bytes]) -> bool:
    stream.seek(0)
    return stream.read(len(_ZIP)) in (_ZIP, _END_OF_ZIP)


def _index_size(stream: IO[bytes]) -> int:
    """Return how large an archive says its list of members is, before anything believes it."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - _END_LENGTH - _LONGEST_COMMENT))
    tail = stream.read()
    end = tail.rfind(_END_OF_ZIP)
    if end < 0 or len(tail) - end < _END_LENGTH:
        msg = "the archive is cut short"
        raise zipfile.BadZipFile(msg)
    stream.seek(0)
    return int.from_bytes(tail[end + 12 : end + 16], "little")


def _shown(name: str) -> str:
    """Return a stranger's file name fit for a message of one line."""
    printable = "".join(sign if sign.isprintable() else "?" for sign in name)
    return printable if len(printable) <= _SHOWN_NAME else f"…{printable[-_SHOWN_NAME:]}"


def _refuse(name: str, reason: str) -> NoReturn:
    msg = f"{name}: {reason}; download the file again from the agency's page"
    raise SourceFileError(msg)
