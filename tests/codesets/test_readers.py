"""Reading official files: as published, and as they should never be."""

from __future__ import annotations

import io
from pathlib import Path
import shutil
import zipfile

from hypothesis import given
from hypothesis import strategies as st
import pytest

from codecards import CodeSet, System, read_codeset
from codecards.codesets.readers import icd10_order_file
from codecards.codesets.readers.icd10cm_tabular import compose_rows, read_tabular_list
from codecards.errors import SourceFileError

LINES = (
    b"00001 A00     0 Cholera                                                      Cholera\r\n"
    b"00002 A000    1 Cholera due to Vibrio cholerae 01, biovar cholerae           Cholera due to Vibrio cholerae 01,"
    b" biovar cholerae\r\n"
)


def test_the_order_file_zip_is_read_as_published(order_file: CodeSet) -> None:
    """System, release, both titles and the status."""
    code = order_file["T50.0X1A"]

    assert (order_file.system, order_file.release, order_file.is_complete) == ("icd-10-cm", "2026", True)
    assert code.short_description == "Poisoning by mineralocorticoids and their antag, acc, init"
    assert code.is_billable


def test_icd_10_pcs_is_told_by_its_codes(official_data: Path) -> None:
    """The layout is the same."""
    path = official_data / "icd-10-pcs" / "2026-icd-10-pcs-order-file-long-and-abbreviated-titles.zip"
    codeset = read_codeset(path)

    assert (codeset.system, codeset.release, len(codeset)) == (System.ICD_10_PCS, "2026", 80_029)
    assert sum(1 for _ in codeset.billable) == 79_115
    assert codeset["0016070"].code == "0016070"


@pytest.mark.parametrize("packing", ["plain", "zip", "folder in zip"])
@pytest.mark.parametrize("ending", [b"\r\n", b"\n"])
def test_an_order_file_is_read_in_any_packing(tmp_path: Path, packing: str, ending: bytes) -> None:
    """As CMS and CDC spell it, with either line ending and a byte order mark."""
    content = b"\xef\xbb\xbf" + LINES.replace(b"\r\n", ending) + ending
    path = tmp_path / ("icd10cm-order-2026.txt" if packing == "plain" else "download.zip")
    if packing == "plain":
        path.write_bytes(content)
    else:
        folder = "Code Descriptions/" if packing.startswith("folder") else ""
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(f"{folder}readme.txt", b"nothing")
            archive.writestr(f"{folder}icd10cm-order-2026.txt", content)

    codeset = read_codeset(path)

    assert [code.code for code in codeset] == ["A00", "A00.0"]
    assert codeset.release == "2026"


def test_a_file_without_a_year_in_its_name_needs_one(tmp_path: Path) -> None:
    """The rows do not tell it."""
    path = tmp_path / "codes.txt"
    path.write_bytes(LINES)

    assert read_codeset(path, release="2026").release == "2026"
    with pytest.raises(SourceFileError, match="tells no year; say which release it is"):
        read_codeset(path)


def test_cp1252_is_understood(tmp_path: Path) -> None:
    """Older files use it."""
    path = tmp_path / "order_2019.txt"
    path.write_bytes(LINES.replace(b"Cholera\r\n", b"Chol\xe9ra\r\n"))

    assert read_codeset(path)["A00"].description == "Choléra"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (LINES + b"rubbish\r\n", "line 3: not a row of an ICD-10 order file"),
        (LINES + LINES[:40], "line 3: not a row of an ICD-10 order file"),
        (LINES + b"00003 A001    2 x" + b" " * 60 + b"x\r\n", "line 3: not a row"),
        (LINES + b"x" * 10_000_000, "line 3: the line is longer than"),
        (LINES + b"\0" * 200, "line 3: holds NUL bytes"),
        (b"<!doctype html><title>Not found</title>", "is a web page, not the file itself"),
        (b"", "the file is empty"),
    ],
)
def test_a_damaged_file_is_refused_whole(tmp_path: Path, content: bytes, reason: str) -> None:
    """With file and line, never half a code set."""
    path = tmp_path / "icd10cm_order_2026.txt"
    path.write_bytes(content)

    with pytest.raises(SourceFileError) as caught:
        read_codeset(path)

    assert reason in str(caught.value)
    assert path.name in str(caught.value)


def test_a_page_saved_as_zip_is_refused(tmp_path: Path) -> None:
    """What a moved address leaves in the downloads folder."""
    path = tmp_path / "2026-code-descriptions-tabular-order.zip"
    path.write_text("<html>moved</html>")

    with pytest.raises(SourceFileError, match="give the zip that CMS or CDC publishes"):
        read_codeset(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """With the way out."""
    with pytest.raises(SourceFileError, match=r"No such file or directory.*check the path"):
        read_codeset(tmp_path / "none.zip")


def test_a_zip_without_codes_is_refused(tmp_path: Path) -> None:
    """Named as what it is."""
    path = tmp_path / "photos.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("photo.jpg", b"x")

    with pytest.raises(SourceFileError, match=r"photos\.zip.*give the zip that CMS or CDC publishes"):
        read_codeset(path)


def test_a_cut_zip_is_refused(tmp_path: Path) -> None:
    """A download that ended early."""
    path = tmp_path / "cut.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("icd10cm_order_2026.txt", LINES * 1000)
    content = bytearray(path.read_bytes())
    content[60:90] = bytes(30)
    path.write_bytes(content)

    with pytest.raises(SourceFileError, match=r"cut\.zip"):
        read_codeset(path)


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    """The size it claims is enough to refuse it."""
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("order.txt", "w") as stream:
        for _ in range(221):
            stream.write(bytes(1_000_000))

    with pytest.raises(SourceFileError, match="more than any official file"):
        read_codeset(path)


@given(st.binary(max_size=200), st.integers(0, len(LINES)))
def test_any_bytes_are_read_or_refused(noise: bytes, at: int) -> None:
    """Nothing but a `SourceFileError`, whatever is inserted wherever."""
    stream = io.BytesIO(LINES[:at] + noise + LINES[at:])
    try:
        rows = list(icd10_order_file.read_order_file(stream, "noise.txt"))
    except SourceFileError as error:
        assert str(error).startswith("noise.txt, line ")
    else:
        assert all(row.code for _, row in rows)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<ICD10CM.tabular><chapter>", "not well-formed XML"),
        (b"<html/>", "holds no chapters"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>" + b"<!ENTITY c '&a;&a;'>" + b"]><x>&c;</x>", "declares a document type"),
    ],
)
def test_xml_that_is_no_tabular_list_is_refused(content: bytes, reason: str) -> None:
    """By name."""
    with pytest.raises(SourceFileError, match=reason):
        read_tabular_list(io.BytesIO(content), "tabular.xml")


def test_a_code_that_no_table_makes_is_refused() -> None:
    """A title is never guessed."""
    xml = (
        b"<ICD10CM.tabular><version>2026</version><chapter><name>19</name><desc>Injury (S00-T88)</desc>"
        b"<section id='S00-S09'><desc>Head</desc><diag><name>S00</name><desc>Bruise</desc><sevenChrNote><note>add"
        b"</note></sevenChrNote><sevenChrDef><extension char='A'>initial encounter</extension></sevenChrDef></diag>"
        b"</section></chapter></ICD10CM.tabular>"
    )
    tabular = read_tabular_list(io.BytesIO(xml), "tabular.xml")

    assert tabular.year == "2026"
    assert [row.description for row in compose_rows(tabular, ["S00", "S00XXXA"])] == [
        "Bruise",
        "Bruise, initial encounter",
    ]
    for code in ("S00XXXB", "S00XXX", "T00XXXA"):
        with pytest.raises(SourceFileError, match=f"no title for {code}"):
            list(compose_rows(tabular, [code]))


def test_reading_leaves_the_file_alone(official_data: Path, tmp_path: Path) -> None:
    """Read-only folders are fine."""
    source = official_data / "icd-10-cm" / "2025-code-descriptions-tabular-order.zip"
    copy = tmp_path / source.name
    shutil.copyfile(source, copy)
    copy.chmod(0o444)

    assert len(read_codeset(copy)) == 97_584
    assert copy.read_bytes() == source.read_bytes()
