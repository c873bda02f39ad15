"""Whatever happens to an official file, its reader reads it or says in one line why not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
import zipfile

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
import pytest

from codecards import (
    CodecardsError,
    CodeSet,
    read_addenda,
    read_codeset,
    read_conversion_table,
    read_drug_table,
    read_external_cause_index,
    read_index,
    read_neoplasm_table,
    read_pcs_definitions,
    read_pcs_tables,
    read_poa_exempt,
    read_tabular_list,
    recognise_file,
)
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
    workbook_of,
    zip_of,
)

Reader = Callable[[Path], object]


def _code_set(path: Path) -> CodeSet:
    return read_codeset(path, release="2026", i_have_a_licence=True)


HCPCS = hcpcs_line("A1", "Dressing", record="7") + hcpcs_line("A0021", "Ambulance", XREF1="A0030")
SAMPLES: list[tuple[Reader, bytes]] = [
    (_code_set, ORDER_FILE.encode()),
    (_code_set, PCS_ORDER_FILE.encode()),
    (_code_set, CODES_FILE.encode()),
    (_code_set, HCPCS.encode()),
    (_code_set, zip_of({"a/order_2026.txt": ORDER_FILE, "tabular.xml": TABULAR_LIST})),
    (_code_set, zip_of({"in.zip": zip_of({"pcs.txt": PCS_ORDER_FILE, "tables.xml": PCS_TABLES})})),
    (_code_set, workbook_of([["HCPC", "RECID", "LONG DESCRIPTION"], ["A0021", "3", "Ambulance"]])),
    (_code_set, (CPT_NOTICE + "00001\tSynthetic descriptor\r\n").encode()),
    (_code_set, (CPT_NOTICE + "00001 SYNTHETIC DESCRIPTOR\r\n").encode()),
    (_code_set, b"CPT Code,Long,Short\n00001,Synthetic descriptor,SYNTHETIC\n"),
    (read_tabular_list, TABULAR_LIST.encode()),
    (read_index, INDEX.encode()),
    (read_external_cause_index, INDEX.replace("DISEASES and", "EXTERNAL CAUSE of").encode()),
    (read_addenda, ADDENDA.encode()),
    (read_conversion_table, CONVERSIONS.encode()),
    (read_poa_exempt, POA_LIST.encode()),
    (read_pcs_tables, PCS_TABLES.encode()),
    (read_pcs_definitions, PCS_DEFINITIONS.encode()),
]
_JUNK = (b"\0", b"\xff", b"\r", b"\n", b"\t", b",", b'"', b"<", b">", b"&", b"]]>", b"99999", b" ", b"\xc3\x28")


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """The content, cut, with parts doubled, left out, moved or overwritten, or its lines or columns shuffled."""
    for _ in range(draw(st.integers(1, 3))):
        low, high = sorted((draw(st.integers(0, len(content))), draw(st.integers(0, len(content)))))
        kind = draw(st.sampled_from(("cut", "drop", "double", "overwrite", "insert", "lines", "columns")))
        if kind == "cut":
            content = content[:high]
        elif kind == "drop":
            content = content[:low] + content[high:]
        elif kind == "double":
            content = content[:high] + content[low:]
        elif kind == "overwrite":
            noise = draw(st.binary(max_size=6))
            content = content[:low] + noise + content[low + len(noise) :]
        elif kind == "insert":
            content = content[:low] + draw(st.sampled_from(_JUNK)) * draw(st.sampled_from((1, 2, 100))) + content[low:]
        elif kind == "lines":
            content = b"\n".join(draw(st.permutations(content.split(b"\n"))))
        else:
            column = draw(st.integers(0, 30))
            content = b"\n".join(line[column:] + line[:column] for line in content.split(b"\n"))
    return content


def _complaint(read: Reader, path: Path) -> str | None:
    try:
        read(path)
    except CodecardsError as error:
        return str(error)
    return None


def _reads_or_says_why(read: Reader, path: Path) -> None:
    """Hold that a file is read, or refused in one line that names it; any other error passes through."""
    for attempt in (recognise_file, read):
        complaint = _complaint(attempt, path)
        assert complaint is None or (path.name in complaint and "\n" not in complaint)


@pytest.mark.parametrize(("read", "content"), SAMPLES)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused(tmp_path: Path, read: Reader, content: bytes, data: st.DataObject) -> None:
    """Never anything else than a CodecardsError of one line that names the file."""
    path = tmp_path / "damaged.bin"
    path.write_bytes(data.draw(damaged(content)))

    _reads_or_says_why(read, path)


@pytest.fixture(scope="session")
def snippets(official_data: Path) -> list[tuple[Reader, bytes]]:
    """The beginnings of real files, each with its reader."""
    found: list[tuple[Reader, bytes]] = []
    pcs_xml = "icd-10-pcs/2026-icd-10-pcs-code-tables-definitions.zip"
    for path, member, read in (
        ("icd-10-cm/2026-code-descriptions-tabular-order.zip", "icd10cm_order_2026.txt", _code_set),
        ("icd-10-cm/2026-code-descriptions-tabular-order.zip", "icd10cm_order_addenda_2026.txt", read_addenda),
        ("icd-10-cm/2027-codes-and-addenda.zip", "icd10cm_codes_2027.txt", _code_set),
        ("icd-10-pcs/2025-icd-10-pcs-order-file.zip", "icd10pcs_order_2025.txt", _code_set),
        (pcs_xml, "icd10pcs_tables_2026.xml", read_pcs_tables),
        (
            "icd-10-pcs/2026-icd-10-pcs-code-tables-definitions.zip",
            "icd10pcs_definitions_2026.xml",
            read_pcs_definitions,
        ),
        ("hcpcs/2019-Alpha-Numeric-HCPCS-File.zip", "HCPC2019_CONTR_ANWEB.txt", _code_set),
        ("icd-10-cm/POAexemptCodesFY26.zip", "POAexemptCodesFY26.txt", read_poa_exempt),
        ("icd-10-cm/POAexemptCodesFY26.zip", "POAexemptDeleteCodesFY26.xlsx", read_poa_exempt),
        ("icd-10-cm/2025-april-table-and-index-parts.zip", "icd-10-cm-neoplasm-2025.xml", read_neoplasm_table),
        ("icd-10-cm/2025-april-table-and-index-parts.zip", "icd-10-cm-drug-2025.xml", read_drug_table),
        ("icd-10-cm/2025-april-table-and-index-parts.zip", "icd-10-cm-eindex-2025.xml", read_external_cause_index),
        ("icd-10-cm/2025-april-tabular.zip", "icd10cm-tabular-April-2025.xml", read_tabular_list),
    ):
        with zipfile.ZipFile(official_data / path) as archive, archive.open(member) as stream:
            found.append((read, stream.read(12_000)))
    return found


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_official_file_is_read_or_refused(
    tmp_path: Path, snippets: list[tuple[Reader, bytes]], data: st.DataObject
) -> None:
    """The same over real bytes, mutated."""
    read, content = data.draw(st.sampled_from(snippets))
    path = tmp_path / "damaged.bin"
    path.write_bytes(data.draw(damaged(content)))

    _reads_or_says_why(read, path)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=2000))
def test_noise_is_never_a_code_set(tmp_path: Path, content: bytes) -> None:
    """Random bytes are refused by every reader."""
    path = tmp_path / "noise.bin"
    path.write_bytes(content)

    for read in {read for read, _ in SAMPLES}:
        with pytest.raises(CodecardsError):
            read(path)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(length=st.integers(0, 10**6))
def test_an_archive_cut_anywhere_is_refused(tmp_path: Path, length: int) -> None:
    """No half of a code set comes out of half an archive."""
    content = zip_of({"order_2026.txt": ORDER_FILE, "tabular.xml": TABULAR_LIST})
    path = tmp_path / "cut.zip"
    path.write_bytes(content[: length % len(content)])

    with pytest.raises(CodecardsError):
        _code_set(path)
