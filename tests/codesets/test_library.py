"""The library: what was added is there and can be loaded, whatever ended the process that added it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
import json
from pathlib import Path
import subprocess
import sys
import zipfile

import pytest

from codecards import System, installed_releases, load_codeset
from codecards.codesets import library
from codecards.codesets.library import add_file, library_problems
from codecards.codesets.manifest import StoredFile
from codecards.codesets.shelf import LibraryError, Shelf
from codecards.errors import SourceFileError, UnknownReleaseError

ROWS = [("A00", 0, "Cholera"), ("A000", 1, "Synthetic cholera"), ("A001", 1, "Other synthetic cholera")]


def order_file(folder: Path, name: str, rows: Iterable[tuple[str, int, str]] = ROWS) -> Path:
    """An order file in the official layout, with words of our own."""
    lines = (f"{number:05} {code:7} {status} {title:60} {title}" for number, (code, status, title) in enumerate(rows))
    path = folder / name
    path.write_bytes("".join(f"{line}\r\n" for line in lines).encode())
    return path


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """The folder of a library of its own."""
    return tmp_path / "library"


def test_what_was_added_is_listed_and_loaded(tmp_path: Path, shelf: Path) -> None:
    """The original is kept unchanged under its own name, with its checksum and where it came from."""
    path = order_file(tmp_path, "icd10cm_order_2027.txt")

    added = add_file(path, folder=shelf)

    assert added in installed_releases(folder=shelf)
    assert (added.release, added.rows, added.is_complete, added.origin) == ("2027", 3, True, str(path))
    assert [str(code) for code in load_codeset("icd-10-cm", "2027", folder=shelf)] == [
        "A00 Cholera",
        "A00.0 Synthetic cholera",
        "A00.1 Other synthetic cholera",
    ]
    (kept,) = shelf.glob("files/*/*")
    assert (kept.name, kept.read_bytes(), kept.parent.name) == (path.name, path.read_bytes(), added.sha256)
    assert library_problems(folder=shelf) == ()


def test_the_official_file_is_loaded_as_it_was_read(official_data: Path, tmp_path: Path, shelf: Path) -> None:
    """The order file of ICD-10-PCS, through the library and its cache, is what the reader gives."""
    path = official_data / "icd-10-pcs" / "2026-icd-10-pcs-order-file-long-and-abbreviated-titles.zip"

    added = add_file(path, folder=shelf)

    assert (added.system, added.release, added.rows) == (System.ICD_10_PCS, "2026", 80_029)
    first, again = (load_codeset("icd-10-pcs", folder=shelf, cache=tmp_path / "cache") for _ in range(2))
    assert list(first) == list(again)
    assert type(first) is not type(again)  # the second came from the cache


def test_the_newest_release_is_the_default(tmp_path: Path, shelf: Path) -> None:
    """Without a release the one that came into force last is loaded; with a day the one in force on it."""
    for name in ("icd10cm_order_2025.txt", "icd10cm_order_2027.txt"):
        add_file(order_file(tmp_path, name), folder=shelf)

    assert load_codeset("icd-10-cm", folder=shelf).release == "2027"
    assert load_codeset("icd-10-cm", on=date(2025, 9, 30), folder=shelf).release == "2025"
    assert load_codeset("icd-10-cm", on=date(2026, 9, 30), folder=shelf).release == "2026"
    assert load_codeset("icd-10-cm", on=date(2026, 10, 1), folder=shelf).release == "2027"
    assert [item.release for item in installed_releases(folder=shelf)] == ["2025", "2026", "2027"]


def test_a_year_answers_for_its_posting_where_only_that_is_here(tmp_path: Path, shelf: Path) -> None:
    """2025 is the posting of April 2025 until 2025 itself is added; the posting keeps its own name and days."""
    add_file(order_file(tmp_path, "april.txt"), release="2025-04", folder=shelf)

    assert load_codeset("icd-10-cm", "2025", folder=shelf).release == "2025-04"

    add_file(order_file(tmp_path, "october.txt"), release="2025", folder=shelf)

    assert load_codeset("icd-10-cm", "2025", folder=shelf).release == "2025"
    assert load_codeset("icd-10-cm", "2025-04", folder=shelf).release == "2025-04"
    assert load_codeset("icd-10-cm", on=date(2025, 3, 31), folder=shelf).release == "2025"
    assert load_codeset("icd-10-cm", on=date(2025, 4, 1), folder=shelf).release == "2025-04"


@pytest.mark.parametrize(
    ("system", "release", "on", "said"),
    [
        ("icd-10-cm", "2024", None, "ICD-10-CM 2024 is not on this machine; its releases here: 2026; get it: .* 2024"),
        ("icd-10-cm", "2026-07", None, "ICD-10-CM 2026-07 is not"),
        (
            "icd-10-cm",
            None,
            date(2026, 12, 1),
            "ICD-10-CM 2027, in force on 2026-12-01, is not .* fetch icd-10-cm 2027",
        ),
        ("hcpcs", None, date(2026, 12, 1), "HCPCS Level II 2026-10, in force on .* here: none; .* fetch hcpcs 2026-10"),
        ("icd-10-pcs", None, None, "ICD-10-PCS is not on this machine; .* codecards codesets fetch icd-10-pcs$"),
        ("cpt", None, None, "CPT is not .* codecards codesets add FILE --i-have-a-licence"),
    ],
)
def test_what_is_not_here_says_how_to_get_it(
    shelf: Path, system: str, release: str | None, on: date | None, said: str
) -> None:
    """One line: what was asked for, what is here, and the command to type."""
    with pytest.raises(UnknownReleaseError, match=said):
        load_codeset(system, release, on=on, folder=shelf)


def test_a_release_and_a_day_together_are_refused(shelf: Path) -> None:
    """They might contradict each other."""
    with pytest.raises(TypeError, match="not both"):
        load_codeset("icd-10-cm", "2026", on=date(2026, 1, 1), folder=shelf)


def test_the_embedded_release_stays_where_it_is_fuller(official_data: Path, shelf: Path) -> None:
    """The order file has no chapters and no guidance, so it does not take the place of what has."""
    add_file(official_data / "icd-10-cm" / "2026-code-descriptions-tabular-order.zip", folder=shelf)

    assert [item.origin for item in installed_releases(folder=shelf)] == ["embedded"]
    assert load_codeset("icd-10-cm", "2026", folder=shelf)["E11.9"].chapter is not None


def test_a_later_posting_takes_the_place_of_the_earlier(tmp_path: Path, shelf: Path) -> None:
    """One file stays for each release."""
    add_file(order_file(tmp_path, "first.txt"), release="2027", folder=shelf)
    add_file(order_file(tmp_path, "second.txt", ROWS[:2]), release="2027", folder=shelf)

    assert len(load_codeset("icd-10-cm", "2027", folder=shelf)) == 2
    assert [path.name for path in shelf.glob("files/*/*")] == ["second.txt"]


def test_a_fuller_release_is_not_replaced_by_a_poorer(
    tmp_path: Path, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list of billable codes would take the headers away."""
    from codecards.codesets import readers
    from codecards.codesets.codeset import CodeSet

    add_file(order_file(tmp_path, "order_2027.txt"), folder=shelf)
    whole = readers.read_codeset

    def billable_only(path: Path, **options: str) -> CodeSet:
        codeset = whole(path, release=options["release"])
        codeset.is_complete = False
        return codeset

    monkeypatch.setattr(readers, "read_codeset", billable_only)
    with pytest.raises(
        LibraryError, match=r"codes_2027.txt: holds billable codes only; .* \(order_2027.txt\), and stays"
    ):
        add_file(order_file(tmp_path, "codes_2027.txt"), release="2027", folder=shelf)
    monkeypatch.undo()

    assert load_codeset("icd-10-cm", "2027", folder=shelf).is_complete
    assert [path.name for path in shelf.glob("files/*/*")] == ["order_2027.txt"]


def test_licensed_files_are_for_their_user_only(tmp_path: Path, shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The statement of a licence reaches the reader, the folder is closed to others, and nothing is cached."""
    from codecards import CodeSet, Period, Source
    from codecards.codesets import readers
    from codecards.codesets.codeset import Row

    stated: list[bool] = []

    def read(_path: Path, *, release: str | None, i_have_a_licence: bool) -> CodeSet:
        stated.append(i_have_a_licence)
        return CodeSet(
            system=System.CPT,
            release=release or "2026",
            effective=Period(date(2026, 1, 1)),
            source=Source("Synthetic", "Nobody", "https://example.org/"),
            rows=[Row("00000", "Synthetic descriptor", None, is_billable=True)],
        )

    monkeypatch.setattr(readers, "read_codeset", read)
    path = tmp_path / "synthetic.txt"
    path.write_text("synthetic")

    added = add_file(path, i_have_a_licence=True, folder=shelf)
    load_codeset("cpt", folder=shelf, cache=tmp_path / "cache")

    assert added.is_licensed
    assert stated == [True, True]
    assert (shelf / "files" / added.sha256).stat().st_mode & 0o077 == 0
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("content", [b"", b"<!doctype html><title>Not found</title>", b"PK\x03\x04 half a zip"])
def test_what_is_no_code_set_is_not_added(tmp_path: Path, shelf: Path, content: bytes) -> None:
    """The error names the user's own file, and nothing stays in the library."""
    path = tmp_path / "icd10cm_order_2027.txt"
    path.write_bytes(content)

    with pytest.raises(SourceFileError, match=rf"^({path}|{path.name}): "):
        add_file(path, folder=shelf)
    assert [item.name for item in shelf.rglob("*") if item.is_file()] == [".lock"]


def test_a_truncated_archive_is_not_added(official_data: Path, tmp_path: Path, shelf: Path) -> None:
    """A download that was cut is no release."""
    whole = (official_data / "icd-10-cm" / "2025-code-descriptions-tabular-order.zip").read_bytes()
    cut = tmp_path / "2025-code-descriptions-tabular-order.zip"
    cut.write_bytes(whole[: len(whole) // 2])

    with pytest.raises(SourceFileError):
        add_file(cut, folder=shelf)
    assert not list(shelf.glob("*.json"))


def test_what_is_not_as_expected_is_not_added(tmp_path: Path, shelf: Path) -> None:
    """A download that holds another release than it was made for."""
    path = order_file(tmp_path, "icd10cm_order_2027.txt")

    with pytest.raises(SourceFileError, match="holds ICD-10-CM 2027, not ICD-10-PCS 2027"):
        add_file(path, expected=(System.ICD_10_PCS, "2027"), folder=shelf)
    assert not list(shelf.glob("*.json"))


def test_a_missing_file_and_a_folder_are_bad_input(tmp_path: Path, shelf: Path) -> None:
    """Trouble with the file is told as such."""
    for path in (tmp_path / "missing.zip", tmp_path):
        with pytest.raises(SourceFileError, match="cannot be read"):
            add_file(path, folder=shelf)


def test_a_file_too_large_to_be_official_is_refused(
    tmp_path: Path, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not even copied whole."""
    monkeypatch.setattr("codecards.codesets.shelf._LARGEST", 100)

    with pytest.raises(SourceFileError, match="larger than 100 bytes"):
        add_file(order_file(tmp_path, "icd10cm_order_2027.txt"), folder=shelf)
    assert not (shelf / ".incoming").exists()


def test_a_damaged_file_is_reported_and_not_believed(tmp_path: Path, shelf: Path) -> None:
    """One changed byte in the stored original; adding it again repairs the library."""
    path = order_file(tmp_path, "icd10cm_order_2027.txt")
    add_file(path, folder=shelf)
    (kept,) = shelf.glob("files/*/*")
    kept.write_bytes(kept.read_bytes().replace(b"Synthetic", b"synthetic"))

    with pytest.raises(SourceFileError, match=r"sha256 differs\); add it again: codecards codesets add icd10cm_order"):
        load_codeset("icd-10-cm", "2027", folder=shelf)
    assert len(library_problems(folder=shelf)) == 1

    kept.unlink()
    with pytest.raises(SourceFileError, match="No such file"):
        load_codeset("icd-10-cm", "2027", folder=shelf)

    add_file(path, folder=shelf)
    assert library_problems(folder=shelf) == ()
    assert len(load_codeset("icd-10-cm", "2027", folder=shelf)) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"release": "2028"},
        {"release": "../2027"},
        {"rows": "3"},
        {"is_complete": 1},
        {"aliases": [1]},
        {"files": []},
        {"files": [{"name": "../escape", "sha256": "0" * 64, "size": 1, "origin": ""}]},
        {"files": [{"name": "file", "sha256": "../..", "size": 1, "origin": ""}]},
        {"effective": None},
        {"format": 2},
    ],
)
def test_a_damaged_manifest_is_reported_and_not_believed(
    tmp_path: Path, shelf: Path, change: dict[str, object]
) -> None:
    """Whatever it says that cannot be; the release is not here, the message says why, adding it again repairs it."""
    path = order_file(tmp_path, "icd10cm_order_2027.txt")
    add_file(path, folder=shelf)
    manifest = shelf / "icd-10-cm-2027.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_bytes()) | change))

    assert [item.release for item in installed_releases(folder=shelf)] == ["2026"]
    assert library_problems(folder=shelf) == (
        f"{manifest}: damaged; add the official file of that release again (codecards codesets add FILE)",
    )
    with pytest.raises(UnknownReleaseError, match=r"damaged: .*icd-10-cm-2027\.json"):
        load_codeset("icd-10-cm", "2027", folder=shelf)

    add_file(path, folder=shelf)
    assert len(load_codeset("icd-10-cm", "2027", folder=shelf)) == 3


def test_a_release_removed_meanwhile_is_told(tmp_path: Path, shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between choosing and loading somebody may delete the folder."""
    add_file(order_file(tmp_path, "icd10cm_order_2027.txt"), folder=shelf)
    listed = installed_releases(folder=shelf)
    (shelf / "icd-10-cm-2027.json").unlink()
    monkeypatch.setattr(library, "installed_releases", lambda **_: listed)

    with pytest.raises(UnknownReleaseError, match="just been removed"):
        load_codeset("icd-10-cm", "2027", folder=shelf)


def test_a_release_replaced_meanwhile_is_loaded_as_it_is_now(
    tmp_path: Path, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process puts a later posting in its place between manifest and file."""
    add_file(order_file(tmp_path, "first.txt"), release="2027", folder=shelf)
    later = order_file(tmp_path, "later.txt", ROWS[:2])
    file = Shelf.file

    def replaced_first(self: Shelf, stored: StoredFile) -> Path:
        if stored.name == "first.txt":
            add_file(later, release="2027", folder=shelf)
        return file(self, stored)

    monkeypatch.setattr(Shelf, "file", replaced_first)

    assert len(load_codeset("icd-10-cm", "2027", folder=shelf)) == 2


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    """The library's folder stands where a file is."""
    (tmp_path / "file").touch()

    with pytest.raises(LibraryError, match="cannot be added to"):
        add_file(order_file(tmp_path, "icd10cm_order_2027.txt"), folder=tmp_path / "file")


# --- whatever ends the process ----------------------------------------------------------------------------

ADD = """
import pathlib, sys
from codecards.codesets.library import add_file
add_file(sys.argv[1], folder=pathlib.Path(sys.argv[2]))
"""

ALMOST_FULL = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))
"""

KILLED_AT = """
import os, pathlib, signal, sys
from codecards.codesets import library, manifest, readers
from codecards import files
path, folder, left = sys.argv[1], sys.argv[2], int(sys.argv[3])
EVENTS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "shutil.rmtree", "tempfile.mkstemp"}
def hook(event, arguments):
    global left
    if event in EVENTS and str(arguments[0]).startswith(folder):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
library.add_file(path, folder=pathlib.Path(folder))
"""


def test_a_killed_process_leaves_the_library_whole(tmp_path: Path, shelf: Path) -> None:
    """Killed before each step it takes on the disk: the release is the old or the new one, never half."""
    old = order_file(tmp_path, "icd10cm_order_2027.txt")
    (tmp_path / "new").mkdir()
    new = order_file(tmp_path / "new", "icd10cm_order_2027.txt", ROWS[:2])
    step, status = 0, -1
    while status:
        add_file(old, folder=shelf)
        status = subprocess.run([sys.executable, "-c", KILLED_AT, new, shelf, str(step)], check=False).returncode
        assert status in (-9, 0)
        assert library_problems(folder=shelf) == ()
        assert len(load_codeset("icd-10-cm", "2027", folder=shelf)) in ((2, 3) if status else (2,))
        step += 1
    assert step > 10

    kept = {path.relative_to(shelf).as_posix() for path in shelf.rglob("*") if path.is_file()}
    assert len(kept) == 3
    assert {".lock", "icd-10-cm-2027.json"} < kept


def test_processes_that_add_at_once_do_not_harm_each_other(tmp_path: Path, shelf: Path) -> None:
    """Six at a time, some of them the same release; each is there, and whole."""
    paths = [order_file(tmp_path, f"icd10cm_order_20{year}.txt") for year in (21, 22, 23, 24)]
    running = [subprocess.Popen([sys.executable, "-c", ADD, path, shelf]) for path in (*paths, *paths[:2])]

    assert [process.wait() for process in running] == [0] * 6
    assert library_problems(folder=shelf) == ()
    for year in (2021, 2022, 2023, 2024):
        assert len(load_codeset("icd-10-cm", str(year), folder=shelf)) == 3


def test_a_full_disk_leaves_the_library_as_it_was(tmp_path: Path, shelf: Path) -> None:
    """The process may write only so many bytes to a file: one clear error, and nothing new."""
    add_file(order_file(tmp_path, "icd10cm_order_2025.txt"), folder=shelf)
    large = order_file(tmp_path, "icd10cm_order_2027.txt", ROWS * 100)
    before = set(shelf.rglob("*"))

    done = subprocess.run(
        [sys.executable, "-c", ALMOST_FULL + ADD, large, shelf], check=False, capture_output=True, text=True
    )

    assert done.returncode == 1
    assert "File too large" in done.stderr.splitlines()[-1]
    assert set(shelf.rglob("*")) == before
    assert library_problems(folder=shelf) == ()


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace", "codecards.files.write_file"])
def test_an_error_at_any_step_leaves_the_library_as_it_was(
    tmp_path: Path, shelf: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """No space is left when the file is copied, when it is moved, when its manifest is written."""
    add_file(order_file(tmp_path, "icd10cm_order_2025.txt"), folder=shelf)
    before = set(shelf.rglob("*"))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(step, full)
    with pytest.raises(LibraryError, match=r"cannot be added to \(No space left on device\)"):
        add_file(order_file(tmp_path, "icd10cm_order_2027.txt"), folder=shelf)
    monkeypatch.undo()

    assert set(shelf.rglob("*")) == before
    assert library_problems(folder=shelf) == ()


def test_nothing_is_removed_while_a_manifest_is_damaged(tmp_path: Path, shelf: Path) -> None:
    """It may name any of the files, so they all stay until it is repaired."""
    add_file(order_file(tmp_path, "icd10cm_order_2025.txt"), folder=shelf)
    (shelf / "icd-10-cm-2025.json").write_text("{")

    add_file(order_file(tmp_path, "icd10cm_order_2027.txt", ROWS[:2]), folder=shelf)

    assert {path.name for path in shelf.glob("files/*/*")} == {"icd10cm_order_2025.txt", "icd10cm_order_2027.txt"}


def test_zips_are_added_as_they_are(tmp_path: Path, shelf: Path) -> None:
    """An archive stays an archive."""
    path = tmp_path / "2027-code-descriptions-tabular-order.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(order_file(tmp_path, "icd10cm_order_2027.txt"), "Code Descriptions/icd10cm_order_2027.txt")

    assert add_file(path, folder=shelf).release == "2027"
    assert len(load_codeset("icd-10-cm", "2027", folder=shelf)) == 3
