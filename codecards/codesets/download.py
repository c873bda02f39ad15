"""Get a release from the agency that publishes it: over https, resumed when cut, verified before it is believed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
import hashlib
from pathlib import Path
from urllib.parse import unquote, urlsplit

from codecards.codesets.addresses import ADDRESSES, Address, addresses_of, landing_page
from codecards.codesets.library import InstalledRelease, add_file
from codecards.codesets.locking import locked
from codecards.codesets.model import System
from codecards.codesets.places import cache_folder
from codecards.codesets.releases import parse_release
from codecards.codesets.transfer import TransferError, https_only, transfer
from codecards.errors import CodecardsError, SourceFileError
from codecards.progress import Progress

__all__ = ["DownloadError", "fetch_release"]

_DOWNLOADS = "downloads"


class DownloadError(CodecardsError, OSError):
    """A release that could not be downloaded; the message says how to get it by hand."""


def fetch_release(  # noqa: PLR0913 -- the edge: what it depends on is passed in, by name
    system: System | str,
    release: str | None = None,
    *,
    addresses: Sequence[Address] = ADDRESSES,
    may_open: Callable[[str], bool] = https_only,
    progress: Progress | None = None,
    folder: Path | None = None,
    cache: Path | None = None,
) -> InstalledRelease:
    """Download a release, verify it, and put it into the library.

    It is believed once its checksum is right, where that is known, and once it was
    read whole and is the system and release it was fetched for. A download that
    was cut goes on where it ended, now or the next time.

    Args:
        system: The coding system, or its name; not CPT, which nobody may publish.
        release: The edition, such as ``"2027"``; the newest known without it.
        addresses: Where the files are.
        may_open: Whether an address, also one led to, may be opened.
        progress: Told how many bytes are here.
        folder: The library's folder; the user's own without it.
        cache: The folder for what has been downloaded so far; the user's own without it.

    Raises:
        DownloadError: It cannot be had; the message names the page to open, the
            file to save, and the command to type then.
        UnknownReleaseError: That is no name of a release.
    """
    system = System.parse(system)
    if release is not None:
        parse_release(release)
    if system is System.CPT:
        msg = "CPT is licensed and not for download; add your own file: codecards codesets add FILE --i-have-a-licence"
        raise DownloadError(msg)
    found = addresses_of(system, release, addresses)
    problems = [] if found else [f"codecards knows no address of {system.label} {release or ''}".rstrip()]
    downloads = (cache or cache_folder()) / _DOWNLOADS
    try:
        with locked(downloads):
            for address in found:
                try:
                    return _fetch(address, downloads, may_open, progress, folder)
                except (TransferError, SourceFileError) as error:
                    problems.append(str(error))
    except OSError as error:
        if isinstance(error, CodecardsError):
            raise
        problems.append(f"{downloads}: cannot be written to ({error.strerror or error})")
    name = f", as {_name(found[0])}" if found else ""
    by_hand = f"{landing_page(system, release or (found[0].release if found else None))}{name}"
    msg = f"{'; '.join(problems)}. By hand: {by_hand}, then type: codecards codesets add FILE"
    raise DownloadError(msg)


def _fetch(
    address: Address,
    downloads: Path,
    may_open: Callable[[str], bool],
    progress: Progress | None,
    folder: Path | None,
) -> InstalledRelease:
    """Download one address and add what came; what is not as it must be is thrown away.

    Raises:
        TransferError: It did not come.
        SourceFileError: It came, and is not what it must be.
    """
    # A folder for each address, so that the file may keep its own name, which tells the release.
    place = downloads / hashlib.sha256(address.url.encode()).hexdigest()[:16]
    path = place / _name(address)
    transfer(address.url, path, may_open=may_open, progress=progress)
    try:
        _check(address, path)
        return add_file(path, origin=address.url, expected=(address.system, address.release), folder=folder)
    except SourceFileError as error:
        error.args = (str(error).replace(str(path), address.url),)
        raise
    finally:
        path.unlink()


def _check(address: Address, path: Path) -> None:
    """Hold what came against the checksum, where one is known.

    Raises:
        SourceFileError: It is another file.
    """
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if address.sha256 not in (None, found):
        msg = f"{path}: not the file that codecards knows (its sha256 is {found})"
        raise SourceFileError(msg)


def _name(address: Address) -> str:
    return Path(unquote(urlsplit(address.url).path)).name
