"""Read lines of text out of official files: any line end, UTF-8 or cp1252, with a byte order mark or without."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, NoReturn

from codecards.errors import SourceFileError

__all__ = ["decoded", "read_lines", "refuse"]

_LINE_ENDS = "\r\n\x1a"
# A whole release that stops within a line was cut; a short excerpt may well lack its last line end.
_EXCERPT_LINES = 1000


def read_lines(stream: IO[bytes], name: str, longest: int = 8000) -> Iterator[tuple[int, str]]:
    """Read a text file line by line.

    Args:
        stream: The file, as bytes.
        name: What to call the file in an error.
        longest: The most bytes a line may have.

    Yields:
        The number of each line that is not blank, counted from 1, and its text without the line end.

    Raises:
        SourceFileError: A line is too long or holds NUL bytes, or the file stops within a line.
    """
    number = 0
    raw = b"\n"
    while following := stream.readline(longest + 1):
        raw = following
        number += 1
        if len(raw) > longest:
            refuse(name, number, f"the line is longer than the {longest:,} bytes such a file allows")
        if b"\0" in raw:
            refuse(name, number, "holds NUL bytes, so it is not a text file")
        line = decoded(raw, is_first=number == 1).rstrip(_LINE_ENDS)
        if line and not line.isspace():
            if number > _EXCERPT_LINES and not raw.endswith((b"\n", b"\x1a")):
                refuse(name, number, "the file stops within this line: it is cut short")
            yield number, line


def decoded(raw: bytes, *, is_first: bool = False) -> str:
    """Return text that is UTF-8, or cp1252 where it cannot be UTF-8."""
    try:
        return raw.decode("utf-8-sig" if is_first else "utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def refuse(name: str, line: int, reason: str) -> NoReturn:
    """Stop at a line of a file that is not as it should be.

    Raises:
        SourceFileError: Always; the message names the file and the line.
    """
    msg = f"{name}, line {line}: {reason}; download the file again"
    raise SourceFileError(msg)
