"""Official files are told by what is in them, releases by their names."""

from __future__ import annotations

from pathlib import Path

import pytest

from codecards import FileKind, System, recognise_file
from codecards.codesets.readers.naming import release_named
from official_rows import (
    ADDENDA,
    CODES_FILE,
    CONVERSIONS,
    CPT_NOTICE,
    INDEX,
    ORDER_FILE,
    PCS_DEFINITIONS,
    PCS_ORDER_FILE,
    PCS_TABLES,
    POA_LIST,
    TABULAR_LIST,
    hcpcs_line,
    zip_of,
)

UNTITLED_INDEX = INDEX.replace("<title>ICD", "<name>ICD").replace("IES</title>", "IES</name>")


@pytest.mark.parametrize(
    ("content", "kind", "system"),
    [
        (ORDER_FILE, FileKind.ORDER_FILE, System.ICD_10_CM),
        (PCS_ORDER_FILE, FileKind.ORDER_FILE, System.ICD_10_PCS),
        (CODES_FILE, FileKind.CODES_FILE, System.ICD_10_CM),
        ("0DTJ4ZZ Resection of Appendix\n", FileKind.CODES_FILE, System.ICD_10_PCS),
        (ADDENDA, FileKind.ADDENDA, System.ICD_10_CM),
        (TABULAR_LIST, FileKind.TABULAR_LIST, System.ICD_10_CM),
        (INDEX, FileKind.ALPHABETIC_INDEX, System.ICD_10_CM),
        (UNTITLED_INDEX, FileKind.ALPHABETIC_INDEX, System.ICD_10_CM),
        (INDEX.replace("DISEASES and", "EXTERNAL CAUSE of"), FileKind.EXTERNAL_CAUSE_INDEX, System.ICD_10_CM),
        (PCS_TABLES, FileKind.PCS_TABLES, System.ICD_10_PCS),
        (PCS_DEFINITIONS, FileKind.PCS_DEFINITIONS, System.ICD_10_PCS),
        (CONVERSIONS, FileKind.CONVERSION_TABLE, System.ICD_10_CM),
        (POA_LIST, FileKind.POA_EXEMPT_LIST, System.ICD_10_CM),
        (hcpcs_line("A0021", "Ambulance"), FileKind.HCPCS_RECORDS, System.HCPCS),
        (CPT_NOTICE + "00001 SYNTHETIC\n", FileKind.CPT_TITLES, System.CPT),
        (CPT_NOTICE + "00001\tSynthetic\n", FileKind.CPT_LONG, System.CPT),
        ("Code,Title\n00001,Synthetic\n", FileKind.CPT_CODE_LIST, System.CPT),
    ],
)
def test_content_tells_the_kind_whatever_the_name(tmp_path: Path, content: str, kind: FileKind, system: System) -> None:
    """A download is often renamed."""
    path = tmp_path / "download (1) 2026.bin"
    path.write_text(content)

    (found,) = recognise_file(path)

    assert (found.kind, found.system, found.release, found.name) == (kind, system, "2026", path.name)


def test_an_archive_names_each_of_its_files(tmp_path: Path) -> None:
    """What nobody reads is left out."""
    path = tmp_path / "april-1-2026.zip"
    path.write_bytes(zip_of({"a/order_2026.txt": ORDER_FILE, "readme.txt": "Hello,\nhow are you?", "b.xml": "<x/>"}))

    assert [(found.name, found.release) for found in recognise_file(path)] == [
        ("april-1-2026.zip/a/order_2026.txt", "2026-04")
    ]


def test_the_official_files_are_all_recognised(official_data: Path) -> None:
    """In every archive at hand that codecards reads."""
    kinds = {
        found.kind
        for folder in ("icd-10-cm", "icd-10-pcs", "hcpcs")
        for path in (official_data / folder).iterdir()
        if path.suffix in {".zip", ".xlsx"}
        for found in recognise_file(path)
    }

    unseen = {FileKind.ALPHABETIC_INDEX, FileKind.CPT_LONG, FileKind.CPT_TITLES, FileKind.CPT_CODE_LIST}
    assert kinds == set(FileKind) - unseen


@pytest.mark.parametrize(
    ("system", "names", "release"),
    [
        (System.ICD_10_CM, ("icd10cm-order-2026.txt", "icd10cm-Code Descriptions-2026.zip"), "2026"),
        (System.ICD_10_CM, ("icd10cm_order_2026.txt", "april-1-2026-code-descriptions-tabular-order.zip"), "2026-04"),
        (System.ICD_10_CM, ("icd10cm-tabular-April-2025.xml",), "2025-04"),
        (System.ICD_10_CM, ("POAexemptCodesFY26.txt",), "2026"),
        (System.ICD_10_CM, ("ICD-10-CM-October-2025-Guidelines.pdf",), "2026"),
        (System.ICD_10_CM, ("icd10cm_order_2026.txt", "october-2026-files.zip"), "2026"),
        (System.ICD_10_PCS, ("order.txt", "april-1-2026-icd-10-pcs-order-file-long-abbreviated-titles.zip"), "2026-04"),
        (System.HCPCS, ("HCPC2026_OCT_ANWEB_v2.txt",), "2026-10"),
        (System.HCPCS, ("HCPC2026_JAN_ANWEB_01122026.txt", "january-2026-alpha-numeric-hcpcs-file.zip"), "2026-01"),
        (System.HCPCS, ("HCPC2019_CONTR_ANWEB.txt", "2019-Alpha-Numeric-HCPCS-File.zip"), "2019"),
        (System.HCPCS, ("HCPC17_CONTR_ANWEB.txt",), "2017"),
        (System.CPT, ("January 2026 LONGULT.txt",), "2026"),
        (System.ICD_10_CM, ("order.txt", "download.zip"), None),
    ],
)
def test_names_tell_the_release(system: System, names: tuple[str, ...], release: str | None) -> None:
    """As CMS and CDC spell them, the innermost name first."""
    assert release_named(system, *names) == release
