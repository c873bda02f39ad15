"""Fetching a release: the real archives, from a server on this machine."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import attrs
import pytest

from codecards import System, load_codeset
from codecards.codesets.addresses import ADDRESSES, Address, addresses_of, landing_page
from codecards.codesets.download import DownloadError, fetch_release
from codecards.codesets.library import InstalledRelease, installed_releases
from codecards.codesets.releases import parse_release
from codecards.errors import UnknownReleaseError
from loopback import Served, Server, on_loopback, serving

PCS = System.ICD_10_PCS


@pytest.fixture
def server() -> Generator[Server, None, None]:
    """A server without files."""
    with serving() as running:
        yield running


@pytest.fixture
def archive(official_data: Path) -> bytes:
    """The order file of ICD-10-PCS 2026, as CMS publishes it."""
    return (official_data / "icd-10-pcs" / "2026-icd-10-pcs-order-file-long-and-abbreviated-titles.zip").read_bytes()


def local(server: Server) -> tuple[Address, ...]:
    """The table of addresses, with every file on our own server."""
    return tuple(attrs.evolve(item, url=f"{server.url}/{item.url.rpartition('/')[2]}") for item in ADDRESSES)


def fetch(server: Server, folder: Path, system: System = PCS, release: str | None = "2026") -> InstalledRelease:
    return fetch_release(
        system,
        release,
        addresses=local(server),
        may_open=on_loopback,
        folder=folder / "library",
        cache=folder / "cache",
    )


def name_of(system: System, release: str) -> str:
    return addresses_of(system, release)[0].url.rpartition("/")[2]


def test_fetches_verifies_and_keeps_the_official_archive(server: Server, archive: bytes, tmp_path: Path) -> None:
    """Cut on the way, its checksum pinned; afterwards it is in the library, with its address."""
    server.files[name_of(PCS, "2026")] = Served(archive, cuts=[500_000])

    fetched = fetch(server, tmp_path)

    assert fetched.origin == f"{server.url}/{name_of(PCS, '2026')}"
    assert (fetched.rows, fetched.sha256) == (80_029, ADDRESSES[5].sha256)
    assert load_codeset(PCS, folder=tmp_path / "library")["0DTJ4ZZ"].is_billable
    assert [path.name for path in (tmp_path / "cache").rglob("*") if path.is_file()] == [".lock"]


def test_a_posting_within_the_year_is_known_by_its_address(server: Server, archive: bytes, tmp_path: Path) -> None:
    """The names inside tell only the year."""
    server.files[name_of(PCS, "2026-04")] = Served(archive)

    assert fetch(server, tmp_path, release="2026-04").release == "2026-04"


@pytest.mark.parametrize("spoilt", ["another release", "one byte", "cut", "page"])
def test_what_is_not_the_file_is_not_believed(
    server: Server, archive: bytes, official_data: Path, tmp_path: Path, spoilt: str
) -> None:
    """The message says what came instead and how to go on by hand; the library stays empty."""
    content = {
        "another release": (official_data / "icd-10-pcs" / "2025-icd-10-pcs-order-file.zip").read_bytes(),
        "one byte": archive[:-1] + b"\xff",
        "cut": archive[:500_000],
        "page": b"<!doctype html><title>Page not found</title>",
    }[spoilt]
    server.files[name_of(PCS, "2027")] = Served(content, kind="text/html" if spoilt == "page" else "application/zip")
    server.files[name_of(PCS, "2026")] = server.files[name_of(PCS, "2027")]

    for release in ("2026", "2027"):
        with pytest.raises(DownloadError, match="By hand: open https://") as caught:
            fetch(server, tmp_path, release=release)
        assert server.url in str(caught.value)
        assert str(tmp_path) not in str(caught.value)
        assert "\n" not in str(caught.value)
    assert len(installed_releases(folder=tmp_path / "library")) == 1


def test_another_address_is_tried(server: Server, official_data: Path, tmp_path: Path) -> None:
    """ICD-10-CM is on two servers; the first has moved its file."""
    archive = (official_data / "icd-10-cm" / "2026-code-descriptions-tabular-order.zip").read_bytes()
    server.files["icd10cm-Code Descriptions-2026.zip"] = Served(archive)

    fetched = fetch(server, tmp_path, System.ICD_10_CM)

    assert fetched.origin.endswith("/icd10cm-Code%20Descriptions-2026.zip")
    assert [path for path, _ in server.asked] == [
        "2026-code-descriptions-tabular-order.zip",
        "icd10cm-Code Descriptions-2026.zip",
    ]


def test_without_a_network_it_says_what_to_do(tmp_path: Path) -> None:
    """Which page to open, which file to save, what to type then: in one line."""
    with serving() as server:
        pass

    with pytest.raises(DownloadError) as caught:
        fetch(server, tmp_path)

    assert str(caught.value).endswith(
        "cannot be reached (Connection refused). "
        "By hand: open https://www.cms.gov/medicare/coding-billing/icd-10-codes "
        "and save the 2026 ICD-10-PCS Order File (Long and Abbreviated Titles) (ZIP), as "
        "2026-icd-10-pcs-order-file-long-and-abbreviated-titles.zip, then type: codecards codesets add FILE"
    )


def test_an_unknown_release_says_what_to_do(server: Server, tmp_path: Path) -> None:
    """The table ends somewhere; the page goes on."""
    with pytest.raises(DownloadError, match=r"address of ICD-10-PCS 2031\. By hand: .* the 2031 ICD-10-PCS Order"):
        fetch(server, tmp_path, release="2031")
    assert server.asked == []


def test_what_is_no_release_or_not_for_download_is_bad_input(server: Server, tmp_path: Path) -> None:
    """CPT is licensed; a release is a year or a month."""
    with pytest.raises(UnknownReleaseError, match="'next'"):
        fetch(server, tmp_path, release="next")
    with pytest.raises(DownloadError, match=r"CPT is licensed .* --i-have-a-licence"):
        fetch(server, tmp_path, System.CPT)


def test_folders_that_cannot_be_written_to_are_told(server: Server, archive: bytes, tmp_path: Path) -> None:
    """The cache, or the library, stands where a file is."""
    server.files[name_of(PCS, "2026")] = Served(archive)

    (tmp_path / "cache").touch()
    with pytest.raises(DownloadError, match="downloads: cannot be written to"):
        fetch(server, tmp_path)
    (tmp_path / "cache").unlink()

    (tmp_path / "library").touch()
    with pytest.raises(OSError, match="library: cannot be added to"):
        fetch(server, tmp_path)


def test_every_address_is_https_and_names_a_zip() -> None:
    """Of a known release, on an agency's own server, each only once."""
    for item in ADDRESSES:
        assert item.url.startswith(("https://www.cms.gov/", "https://ftp.cdc.gov/"))
        assert item.url.endswith(".zip")
        assert parse_release(item.release)
        assert item.sha256 is None or len(item.sha256) == 64
        assert item.system is not System.CPT
    assert len({item.url for item in ADDRESSES}) == len(ADDRESSES)


def test_a_year_stands_for_its_first_posting_where_it_has_no_address() -> None:
    """The HCPCS of a year is its January quarter; without a release it is the newest."""
    assert {item.release for item in addresses_of(System.HCPCS, "2026")} == {"2026-01"}
    assert {item.release for item in addresses_of(System.HCPCS, None)} == {"2026-10"}
    assert {item.release for item in addresses_of(System.ICD_10_CM, "2026")} == {"2026"}
    assert addresses_of(System.CPT, None) == addresses_of(System.HCPCS, "2026-02") == ()


@pytest.mark.parametrize("system", [System.ICD_10_CM, System.ICD_10_PCS, System.HCPCS])
def test_every_system_has_a_page_to_open(system: System) -> None:
    """Where no address serves, people find the file there."""
    assert landing_page(system, None).startswith("open https://www.cms.gov/")
