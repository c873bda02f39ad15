"""Read official code-set files, recognised by what is in them."""

from __future__ import annotations

from collections.abc import Iterator
import hashlib
from pathlib import Path
import re
from typing import IO
import zipfile
import zlib

from codecards.codesets.codeset import CodeSet, Row
from codecards.codesets.model import Source, System
from codecards.codesets.readers.icd10_order_file import looks_like_order_file, read_order_file
from codecards.codesets.releases import PUBLISHERS, effective_period
from codecards.errors import SourceFileError

__all__ = ["read_codeset"]

_YEAR = re.compile(r"(?<![0-9])20[0-9]{2}(?![0-9])")
# The official archives unpack to 22 MB; ten times that is room enough, and a bound on hostile ones.
_LARGEST_MEMBER = 220_000_000
_FIRST_LINE = 2000


def read_codeset(
    path: str | Path,
    *,
    release: str | None = None,
    i_have_a_licence: bool = False,  # noqa: ARG001 -- asked for by CPT, which this does not read so far
) -> CodeSet:
    """Read an official file, or the zip it came in, into a code set.

    So far this knows the order files of ICD-10-CM and ICD-10-PCS. The rows tell
    the system; the year in the file's name tells the release, since the rows do not.

    Args:
        path: The file or zip, as downloaded.
        release: The release to call it, where the name does not tell.
        i_have_a_licence: The user's statement that they hold a licence, which CPT needs.

    Raises:
        SourceFileError: The file is missing, damaged, or not a code-set file.
    """
    path = Path(path)
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                for member in _order_file_members(archive, path):
                    with archive.open(member) as stream:
                        return _read_order_file(stream, f"{path.name}/{member.filename}", path, release)
        else:
            with path.open("rb") as stream:
                if looks_like_order_file(_first_line(stream)):
                    return _read_order_file(stream, path.name, path, release)
    except (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        msg = f"{path}: cannot be read ({reason}); check the path, or download the file again"
        raise SourceFileError(msg) from None
    msg = f"{path}: holds no ICD-10-CM or ICD-10-PCS order file; give the zip that CMS or CDC publishes"
    raise SourceFileError(msg)


def _order_file_members(archive: zipfile.ZipFile, path: Path) -> Iterator[zipfile.ZipInfo]:
    for member in archive.infolist():
        if member.filename.lower().endswith(".txt"):
            if member.file_size > _LARGEST_MEMBER:
                msg = f"{path}: {member.filename} unpacks to {member.file_size:,} bytes, which no order file does"
                raise SourceFileError(msg)
            with archive.open(member) as stream:
                if looks_like_order_file(_first_line(stream)):
                    yield member


def _first_line(stream: IO[bytes]) -> str:
    line = stream.readline(_FIRST_LINE).decode("utf-8-sig", errors="replace")
    if stream.seekable():
        stream.seek(0)
    return line.rstrip("\r\n")


def _read_order_file(stream: IO[bytes], name: str, path: Path, release: str | None) -> CodeSet:
    rows = list(read_order_file(stream, name))
    system = _system_of(rows)
    years = _YEAR.findall(Path(name).name) or _YEAR.findall(path.name)
    if release is None and not years:
        msg = f"{name}: its name tells no year; say which release it is"
        raise SourceFileError(msg)
    release = release or years[-1]
    publisher, url = PUBLISHERS[system]
    return CodeSet(
        system=system,
        release=release,
        effective=effective_period(system, release),
        source=Source(f"{system.label} {release} order file", publisher, url, ((path.name, _sha256(path)),)),
        rows=rows,
    )


def _system_of(rows: list[Row]) -> System:
    """Tell the system by its codes: only ICD-10-PCS has codes that begin with a digit."""
    is_pcs = any(row.code[0].isdigit() for row in rows)
    return System.ICD_10_PCS if is_pcs else System.ICD_10_CM


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
