"""Bring one file over the network, and go on where an earlier attempt ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException, HTTPMessage, HTTPResponse
import json
from pathlib import Path
import re
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import attrs

from codecards._version import __version__
from codecards.errors import CodecardsError
from codecards.files import write_file
from codecards.progress import Progress

__all__ = ["TransferError", "https_only", "transfer"]

_CHUNK = 1 << 16
_TIMEOUT_SECONDS = 30
# Attempts that bring nothing new before giving up; each that brings something counts anew.
_ATTEMPTS = 3
# The largest official archive is 22 MB.
_LARGEST = 500_000_000
_PARTIAL, _OK, _UNSATISFIABLE = 206, 200, 416
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+)")
_ZIP = b"PK\x03\x04"


class TransferError(CodecardsError, OSError):
    """A file that did not come, or not whole."""


class _CutError(Exception):
    """The connection ended before the file did."""


@attrs.frozen
class _State:
    """What is known of a file that is here in part.

    Args:
        validator: What the server called this very version: its ETag or its date.
        total: The size of the whole, in bytes, or None where the server does not say.
    """

    validator: str | None
    total: int | None


def https_only(url: str) -> bool:
    """Return whether an address is one that users may be led to."""
    return urlsplit(url).scheme == "https"


def transfer(url: str, path: Path, *, may_open: Callable[[str], bool], progress: Progress | None = None) -> None:
    """Bring the zip at `url` to `path`.

    What has come so far stands beside `path`, with what the server called it; a
    later call asks for the rest, and starts again where the server has another version.

    Args:
        url: The address.
        path: Where the whole file is to stand; nothing stands there before it is whole.
        may_open: Whether an address, also one led to, may be opened.
        progress: Told how many bytes are here, where the server says how many there are.

    Raises:
        TransferError: The file did not come whole; the message says why.
        OSError: It cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    left = _ATTEMPTS
    while left:
        before = _size(part)
        try:
            _attempt(url, part, may_open, progress)
        except _CutError:
            left = _ATTEMPTS if _size(part) > before else left - 1
            continue
        part.replace(path)
        _state_path(part).unlink(missing_ok=True)
        return
    msg = f"{url}: the connection ended again and again, the last time after {_size(part):,} bytes"
    raise TransferError(msg)


def _attempt(url: str, part: Path, may_open: Callable[[str], bool], progress: Progress | None) -> None:
    """Ask once for what is missing, and write what comes.

    Raises:
        _CutError: Some of it is still missing.
        TransferError: Asking again would not help.
    """
    state, here = _read_state(part), _size(part)
    if state is None or state.validator is None:
        here = 0
    elif here and here == state.total:
        return
    headers = {"User-Agent": f"codecards/{__version__}", "Accept": "application/zip, application/octet-stream"}
    if here and state is not None and state.validator is not None:
        headers |= {"Range": f"bytes={here}-", "If-Range": state.validator}
    with _opened(url, headers, may_open, part) as response:
        resumed = _RANGE.fullmatch(response.headers.get("Content-Range", "")) if response.status == _PARTIAL else None
        if response.status not in (_OK, _PARTIAL) or (response.status == _PARTIAL) != (resumed is not None):
            msg = f"{url}: the server answers {response.status}, which is no file"
            raise TransferError(msg)
        if resumed is not None and int(resumed[1]) != here:
            part.unlink(missing_ok=True)
            raise _CutError
        start = here if resumed is not None else 0
        total = int(resumed[2]) if resumed is not None else _length(response)
        if (total or 0) > _LARGEST:
            _refuse_size(url)
        write_file(_state_path(part), json.dumps(attrs.asdict(_State(_validator(response), total))).encode())
        with part.open("r+b" if start else "wb") as target:
            target.seek(start)
            target.truncate()
            _copy(response, target, url, start, total, progress)
    if total is not None and _size(part) < total:
        raise _CutError


def _copy(  # noqa: PLR0913, PLR0917 -- one inner loop, cut out to be read by itself
    response: HTTPResponse, target: IO[bytes], url: str, here: int, total: int | None, progress: Progress | None
) -> None:
    doing = f"Downloading {urlsplit(url).path.rpartition('/')[2]}"
    while True:
        try:
            chunk = response.read(_CHUNK)
        except (OSError, HTTPException):
            raise _CutError from None
        if not chunk:
            break
        if not here and not _ZIP.startswith(chunk[: len(_ZIP)]):
            msg = f"{url}: holds no zip but {_kind(response.headers)}; the file has moved"
            raise TransferError(msg)
        target.write(chunk)
        here += len(chunk)
        if here > _LARGEST:
            _refuse_size(url)
        if progress is not None and total is not None:
            progress(doing, here, total)


@contextmanager
def _opened(url: str, headers: dict[str, str], may_open: Callable[[str], bool], part: Path) -> Iterator[HTTPResponse]:
    """Open an address, and whatever it leads to.

    Raises:
        TransferError: There is no way there, or nothing to be had.
        _CutError: What is here is of no use; asking anew may help.
    """
    if not may_open(url):
        msg = f"{url}: not https, so it is not opened"
        raise TransferError(msg)
    try:
        response = build_opener(_Redirects(may_open)).open(Request(url, headers=headers), timeout=_TIMEOUT_SECONDS)  # noqa: S310 -- may_open has looked at it
    except TransferError:
        raise
    except HTTPError as error:
        error.close()
        if error.code == _UNSATISFIABLE:
            part.unlink(missing_ok=True)
            raise _CutError from None
        msg = f"{url}: the server answers {error.code} ({error.reason}); the file may have moved"
        raise TransferError(msg) from None
    except URLError as error:
        reason = getattr(error.reason, "strerror", None) or error.reason
        msg = f"{url}: cannot be reached ({reason})"
        raise TransferError(msg) from None
    except (OSError, HTTPException):
        raise _CutError from None
    with response:
        yield response


class _Redirects(HTTPRedirectHandler):
    """Follows to addresses that may be opened, and no further."""

    def __init__(self, may_open: Callable[[str], bool]) -> None:
        self._may_open = may_open

    def redirect_request(  # noqa: PLR0913, PLR0917 -- urllib's signature
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        if not self._may_open(newurl):
            refused = f"{req.full_url}: leads to {newurl}, which is not https"
            raise TransferError(refused)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _validator(response: HTTPResponse) -> str | None:
    """Return what names this version for If-Range: a strong ETag, or the date (RFC 9110, 13.1.5)."""
    etag = response.headers.get("ETag")
    return etag if etag and not etag.startswith("W/") else response.headers.get("Last-Modified")


def _length(response: HTTPResponse) -> int | None:
    length = response.headers.get("Content-Length", "")
    return int(length) if length.isdigit() else None


def _kind(headers: HTTPMessage) -> str:
    return "a web page" if headers.get_content_type() == "text/html" else headers.get_content_type()


def _refuse_size(url: str) -> None:
    msg = f"{url}: larger than {_LARGEST:,} bytes, which no official file is"
    raise TransferError(msg)


def _state_path(part: Path) -> Path:
    return part.with_name(f"{part.name}.json")


def _read_state(part: Path) -> _State | None:
    try:
        data = json.loads(_state_path(part).read_bytes())
        return _State(**data)
    except (OSError, ValueError, TypeError):
        return None


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0
