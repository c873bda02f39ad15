"""Files that are damaged or mean harm: one clear error, in bounded time and memory."""

from __future__ import annotations

from collections.abc import Callable
import io
from pathlib import Path
import zipfile

import pytest

from codecards import (
    CodecardsError,
    read_codeset,
    read_conversion_table,
    read_index,
    read_pcs_tables,
    read_tabular_list,
    recognise_file,
)
from codecards.codesets.readers import container, recognise, sheets
from codecards.errors import SourceFileError
from official_rows import INDEX, ORDER_FILE, PCS_TABLES, TABULAR_LIST, hcpcs_line, workbook_of, zip_of

BOMB = """<?xml version="1.0"?>
<!DOCTYPE bomb [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
"""


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A place to save a file whose name tells a release."""
    return tmp_path / "2026-files.zip"


def _refused(path: Path, reason: str) -> None:
    """Hold that a file is refused for this reason, in one line that names it."""
    with pytest.raises(SourceFileError) as caught:
        read_codeset(path)
    message = str(caught.value)
    assert path.name in message
    assert reason in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"<!DOCTYPE html><html><body>404 Not Found</body></html>", "is a web page, not the file itself"),
        (b"<?xml version='1.0'?>\n<!-- moved -->\n<HTML><head/></HTML>", "is a web page, not the file itself"),
        (b"\xff\xfe<\0h\0t\0", "line 1: holds NUL bytes"),
        (b"\n\n\0", "line 3: holds NUL bytes"),
        (b"PK\x03\x04 and no more", "the archive is cut short"),
        (zip_of({"order_2026.txt": ORDER_FILE})[:-8], "the archive is cut short"),
        (zip_of({"order_2026.txt": ORDER_FILE})[:80], "the archive is cut short"),
        (zip_of({}), "holds no order file"),
        (b"x" * 10_000_000, "line 1: begins with"),
        (ORDER_FILE.encode() + b"x" * 10_000_000, "line 4: the line is longer"),
        (b"E119    Type 2\nI10     " + b"x" * 10_000_000, "line 2: the line is longer"),
        (b"Some words before\n" + ORDER_FILE.encode(), "line 1: not a row of an ICD-10 order file"),
        (BOMB.encode() + TABULAR_LIST.encode()[40:], "is XML, but none of the official files"),
        (b"a,b\n" * 100_000, "line 1: begins with"),
    ],
)
def test_what_is_no_code_set_is_refused(saved: Path, content: bytes, reason: str) -> None:
    """Each time the error says why."""
    saved.write_bytes(content)

    _refused(saved, reason)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    """The operating system's own reason is passed on."""
    _refused(tmp_path / "missing.zip", "No such file or directory")
    _refused(tmp_path, "Is a directory")


def test_a_damaged_member_is_refused(saved: Path) -> None:
    """The archive's own checksums are believed."""
    content = bytearray(zip_of({"order_2026.txt": "".join(f"{ORDER_FILE}" for _ in range(50))}))
    content[60] ^= 0xFF
    saved.write_bytes(content)

    _refused(saved, "cannot be read")


def test_an_encrypted_archive_is_refused(saved: Path) -> None:
    """There is no password to give."""
    content = bytearray(zip_of({"order_2026.txt": ORDER_FILE}))
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(header) + flags] |= 1
    saved.write_bytes(content)

    _refused(saved, "cannot be read")


def test_a_member_that_unpacks_to_too_many_times_its_size_is_refused(saved: Path) -> None:
    """Zeros shrink a thousandfold; official files to 1/29 at best."""
    saved.write_bytes(zip_of({"order_2026.txt": ORDER_FILE.encode() + b"\0" * 30_000_000}))

    _refused(saved, "unpacks to more than 200 times its size")


@pytest.mark.parametrize("bound", ["_LARGEST_FILE", "_LARGEST_TOTAL"])
def test_sizes_are_bounded(saved: Path, monkeypatch: pytest.MonkeyPatch, bound: str) -> None:
    """Of the file, of each member, and of all members together."""
    saved.write_bytes(zip_of({"inner.zip": zip_of({"order_2026.txt": ORDER_FILE * 9}), "b.txt": ORDER_FILE}))
    monkeypatch.setattr(container, bound, 1500)

    _refused(saved, "more than any official file")


def test_a_file_larger_than_any_official_one_is_not_opened(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor hashed."""
    saved.write_text(ORDER_FILE)
    monkeypatch.setattr(container, "_LARGEST_FILE", 100)

    _refused(saved, "which no official file does")


def test_an_archive_of_countless_members_is_refused(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before its list of members is read."""
    saved.write_bytes(zip_of({f"{n}.txt": "" for n in range(40)}))
    monkeypatch.setattr(container, "_LARGEST_INDEX", 1000)

    _refused(saved, "lists more members than any official archive")


def test_zips_within_zips_are_opened_to_a_depth_only(saved: Path) -> None:
    """Official archives nest once."""
    content = zip_of({"order_2026.txt": ORDER_FILE})
    for _ in range(2):
        content = zip_of({"inner.zip": content})
    saved.write_bytes(content)
    assert len(read_codeset(saved)) == 3

    saved.write_bytes(zip_of({"inner.zip": content}))
    _refused(saved, "is a zip inside 3 zips")


def test_names_inside_an_archive_are_never_paths(tmp_path: Path) -> None:
    """They are shown, made printable; nothing is written anywhere."""
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    path = folder / "2026.zip"
    path.write_bytes(zip_of({"../../evil\n.txt": ORDER_FILE, "/etc/passwd": "root"}))
    before = sorted(tmp_path.rglob("*"))

    assert len(read_codeset(path)) == 3
    assert [found.name for found in recognise_file(path)] == ["2026.zip/../../evil?.txt"]
    assert sorted(tmp_path.rglob("*")) == before


def test_a_long_name_inside_an_archive_is_shortened(saved: Path) -> None:
    """An error stays one line that can be read."""
    saved.write_bytes(zip_of({"x" * 5000: ORDER_FILE + "nonsense\n"}))

    with pytest.raises(SourceFileError) as caught:
        read_codeset(saved)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("read", "content"), [(read_tabular_list, TABULAR_LIST), (read_pcs_tables, PCS_TABLES), (read_index, INDEX)]
)
def test_entities_are_refused_before_they_unfold(tmp_path: Path, read: Callable[[Path], object], content: str) -> None:
    """Official XML declares no document type; an entity bomb must."""
    path = tmp_path / "list.xml"
    path.write_text(BOMB + content[content.index("\n") + 1 :])

    with pytest.raises(SourceFileError, match=r"list\.xml"):
        read(path)


def test_a_reader_given_a_stream_refuses_entities_itself() -> None:
    """Not only the recognition in front of it."""
    from codecards.codesets.readers.icd10cm_tabular import read_tabular_list as read_stream

    with pytest.raises(SourceFileError, match="declares a document type"):
        read_stream(io.BytesIO((BOMB + "<ICD10CM.tabular/>").encode()), "list.xml")


def test_a_workbook_with_entities_is_refused(tmp_path: Path) -> None:
    """A workbook is XML inside."""
    content = io.BytesIO(workbook_of([["Current code assignment"]]))
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr("xl/extra.xml", BOMB + "<x/>")
    path = tmp_path / "table.xlsx"
    path.write_bytes(content.getvalue())

    with pytest.raises(SourceFileError, match="declares a document type"):
        read_conversion_table(path)


def test_a_workbook_larger_than_any_official_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether plain or inside a zip."""
    path = tmp_path / "table.xlsx"
    path.write_bytes(workbook_of([["Current code assignment"]]))
    monkeypatch.setattr(sheets, "_LARGEST_WORKBOOK", 100)

    with pytest.raises(SourceFileError, match="more than any official workbook"):
        read_conversion_table(path)


def test_a_workbook_that_is_none_is_refused(tmp_path: Path) -> None:
    """An archive with the right member names is not yet a workbook."""
    path = tmp_path / "2026.xlsx"
    path.write_bytes(zip_of({"xl/workbook.xml": "<workbook/>"}))

    _refused(path, "not a workbook that can be read")
    path.write_bytes(workbook_of([["some", "words"]]))
    _refused(path, "is a workbook without the columns of an official table")


def test_absurd_nesting_is_refused(tmp_path: Path) -> None:
    """Elements a hundred thousand deep would exhaust the stack."""
    path = tmp_path / "list.xml"
    path.write_text("<ICD10CM.tabular>" + "<diag>" * 100_000)

    with pytest.raises(SourceFileError, match="nests XML elements"):
        read_tabular_list(path)


def test_xml_larger_than_any_official_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An element is built in memory before it is forgotten."""
    path = tmp_path / "list.xml"
    path.write_text(TABULAR_LIST)
    monkeypatch.setattr(recognise, "XML_BOUND", 100)

    with pytest.raises(SourceFileError, match="which no official XML does"):
        read_tabular_list(path)


@pytest.mark.parametrize(
    ("old", "new"), [("<name>4</name>", "<name>four</name>"), ("chapter>", "page>"), ("</ICD10CM.tabular>", "")]
)
def test_a_damaged_tabular_list_is_refused(tmp_path: Path, old: str, new: str) -> None:
    """Its chapters have numbers, and it has chapters."""
    path = tmp_path / "list.xml"
    path.write_text(TABULAR_LIST.replace(old, new))

    with pytest.raises(SourceFileError, match=r"^list.xml: "):
        read_tabular_list(path)


def test_guidance_without_codes_is_no_code_set(tmp_path: Path) -> None:
    """The tabular list does not list the codes of 7 characters, so the error asks for the file that does."""
    path = tmp_path / "tabular-2026.xml"
    path.write_text(TABULAR_LIST)

    _refused(path, "holds no list of codes (only tabular-list); give the order file of the same release")


def test_a_number_in_a_cell_is_read_as_it_is_shown() -> None:
    """Some programs save whole numbers with a decimal point."""
    assert sheets._cell(20260701.0) == "20260701"
    assert sheets._cell(0.5) == "0.5"


def test_only_what_is_read_is_judged(saved: Path) -> None:
    """A web page, a bomb of entities and a broken workbook beside the order file do no harm."""
    saved.write_bytes(
        zip_of({"order_2026.txt": ORDER_FILE, "index.html": "<html>", "bomb.xml": BOMB, "c/xl.xlsx": b"PK\x05\x06"})
    )

    assert len(read_codeset(saved)) == 3


def test_a_wrong_release_name_stays_what_it_is(saved: Path) -> None:
    """It is not taken for damage of the file."""
    saved.write_text(hcpcs_line("A0021", "Ambulance"))

    with pytest.raises(CodecardsError, match="'soon' is not a release"):
        read_codeset(saved, release="soon")
