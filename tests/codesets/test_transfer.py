"""Bringing a file over the network, against a server on this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from codecards.codesets import transfer as transfer_module
from codecards.codesets.transfer import TransferError, https_only, transfer
from loopback import Served, on_loopback, serving

ZIP = b"PK\x03\x04" + bytes(range(256)) * 2000


def bring(url: str, folder: Path, **options: object) -> bytes:
    path = folder / "file.zip"
    transfer(url, path, may_open=on_loopback, **options)  # type: ignore[arg-type] # what the test is about
    assert [item.name for item in folder.iterdir()] == ["file.zip"]
    return path.read_bytes()


def test_brings_a_file_and_tells_how_far_it_is(tmp_path: Path) -> None:
    """The last word is that all is here."""
    told: list[tuple[str, int, int]] = []

    with serving(file=Served(ZIP)) as server:
        assert bring(f"{server.url}/file", tmp_path, progress=lambda *how_far: told.append(how_far)) == ZIP

    assert told[-1] == ("Downloading file", len(ZIP), len(ZIP))
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)


def test_goes_on_where_the_connection_was_cut(tmp_path: Path) -> None:
    """Each answer brings some more; nothing is asked for twice."""
    with serving(file=Served(ZIP, cuts=[100_000, 150_000, 0, 200_000])) as server:
        assert bring(f"{server.url}/file", tmp_path) == ZIP

    assert [asked for _, asked in server.asked] == [
        None,
        "bytes=100000-",
        "bytes=250000-",
        "bytes=250000-",
        "bytes=450000-",
    ]


def test_goes_on_in_a_later_call(tmp_path: Path) -> None:
    """What came before the network went away is kept; the same version is continued."""
    with serving(file=Served(ZIP, cuts=[100_000, 0, 0, 0])) as server:
        with pytest.raises(TransferError, match="again and again, the last time after 100,000 bytes"):
            bring(f"{server.url}/file", tmp_path)
        assert bring(f"{server.url}/file", tmp_path) == ZIP

    assert server.asked[-1] == ("file", "bytes=100000-")


def test_starts_again_where_the_file_has_changed(tmp_path: Path) -> None:
    """Half of one version and half of another are no file."""
    other = ZIP[::-1].replace(ZIP[3::-1], b"") + b"other"
    other = b"PK\x03\x04" + other
    with serving(file=Served(ZIP, cuts=[100_000, 0, 0, 0])) as server:
        with pytest.raises(TransferError):
            bring(f"{server.url}/file", tmp_path)
        server.files["file"] = Served(other, etag='"v2"')

        assert bring(f"{server.url}/file", tmp_path) == other


@pytest.mark.parametrize("served", [{"ranges": False}, {"etag": None}, {"etag": 'W/"weak"'}])
def test_starts_again_where_parts_cannot_be_had(tmp_path: Path, served: dict[str, object]) -> None:
    """The server ignores ranges, or does not name its versions in a way that would tell them apart."""
    with serving(file=Served(ZIP, cuts=[100_000], **served)) as server:  # type: ignore[arg-type] # one of its fields
        assert bring(f"{server.url}/file", tmp_path) == ZIP


def test_believes_the_end_where_no_length_is_told(tmp_path: Path) -> None:
    """Nothing else can be known of it; progress is silent."""
    with serving(file=Served(ZIP, says_length=False)) as server:
        assert bring(f"{server.url}/file", tmp_path, progress=lambda *_: pytest.fail("no total to tell")) == ZIP


def test_a_file_that_was_whole_already_is_not_asked_for_again(tmp_path: Path) -> None:
    """A process killed between the last byte and the move."""
    with serving(file=Served(ZIP, cuts=[len(ZIP) - 1, 0, 0, 0])) as server:
        with pytest.raises(TransferError):
            bring(f"{server.url}/file", tmp_path)
        with (tmp_path / "file.zip.part").open("ab") as part:
            part.write(ZIP[-1:])
        before = len(server.asked)

        assert bring(f"{server.url}/file", tmp_path) == ZIP
        assert len(server.asked) == before


def test_more_than_the_server_has_is_thrown_away(tmp_path: Path) -> None:
    """What is here cannot be a beginning of it."""
    with serving(file=Served(ZIP, cuts=[100, 0, 0, 0])) as server:
        with pytest.raises(TransferError):
            bring(f"{server.url}/file", tmp_path)
        (tmp_path / "file.zip.part").write_bytes(ZIP * 2)

        assert bring(f"{server.url}/file", tmp_path) == ZIP


@pytest.mark.parametrize("state", [b"", b"[]", b'{"validator": 1}', b"\xff"])
def test_a_damaged_note_of_what_is_here_starts_again(tmp_path: Path, state: bytes) -> None:
    """It is not believed."""
    with serving(file=Served(ZIP)) as server:
        (tmp_path / "file.zip.part").write_bytes(b"PK\x03\x04 rubbish")
        (tmp_path / "file.zip.part.json").write_bytes(state)

        assert bring(f"{server.url}/file", tmp_path) == ZIP


@pytest.mark.parametrize(
    ("served", "said"),
    [
        (Served(status=404), r"the server answers 404 \(Not Found\); the file may have moved"),
        (Served(status=503), "answers 503"),
        (
            Served(b"<html>moved</html>", kind="text/html; charset=utf-8"),
            "holds no zip but a web page; the file has mo",
        ),
        (Served(b"%PDF-1.7", kind="application/pdf"), "holds no zip but application/pdf"),
        (Served(status=204), "answers 204"),
        (Served(leads_to="http://example.org/file.zip"), "leads to http://example.org/file.zip, which is not https"),
        (Served(leads_to="file:///etc/passwd"), "leads to file:///etc/passwd, which is not https|not allowed"),
    ],
)
def test_what_is_no_file_is_told_at_once(tmp_path: Path, served: Served, said: str) -> None:
    """A moved page, a page in place of the file, a way off https."""
    with serving(file=served) as server:
        with pytest.raises(TransferError, match=said):
            bring(f"{server.url}/file", tmp_path)
        assert len(server.asked) == 1


def test_follows_where_the_file_has_moved_to(tmp_path: Path) -> None:
    """As far as the new address may be opened."""
    with serving(file=Served(ZIP)) as server:
        server.files["old"] = Served(leads_to=f"{server.url}/file")

        assert bring(f"{server.url}/old", tmp_path) == ZIP


def test_no_network_is_told_at_once(tmp_path: Path) -> None:
    """The server of a moment ago is gone."""
    with serving() as server:
        url = f"{server.url}/file"

    with pytest.raises(TransferError, match=r"cannot be reached \(Connection refused\)"):
        bring(url, tmp_path)


@pytest.mark.parametrize("says_length", [True, False])
def test_a_file_without_end_is_not_brought(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, says_length: bool
) -> None:
    """However long it says it is."""
    monkeypatch.setattr(transfer_module, "_LARGEST", 1000)

    with (
        serving(file=Served(ZIP, says_length=says_length)) as server,
        pytest.raises(TransferError, match="larger than 1,000"),
    ):
        bring(f"{server.url}/file", tmp_path)


def test_users_are_led_to_https_only(tmp_path: Path) -> None:
    """Plain addresses of this machine are for tests alone."""
    with pytest.raises(TransferError, match="not https, so it is not opened"):
        transfer("http://127.0.0.1:1/file", tmp_path / "file", may_open=https_only)
    assert https_only("https://www.cms.gov/files/zip/file.zip")
