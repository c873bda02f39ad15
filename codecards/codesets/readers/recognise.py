"""Look into a file and say what it is: by its first lines, or the first elements of its XML, never by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
import io
from itertools import islice
from pathlib import Path
import re

import attrs

from codecards.codesets.readers.addenda import looks_like_addenda
from codecards.codesets.readers.container import Document, open_documents
from codecards.codesets.readers.conversions import looks_like_conversion_table
from codecards.codesets.readers.cpt import looks_like_code_list, looks_like_long_titles, looks_like_titles
from codecards.codesets.readers.hcpcs_text import looks_like_hcpcs_text
from codecards.codesets.readers.hcpcs_workbook import looks_like_hcpcs_workbook
from codecards.codesets.readers.icd10_codes_file import looks_like_codes_file
from codecards.codesets.readers.icd10_order_file import looks_like_order_file
from codecards.codesets.readers.icd10cm_index import index_kind
from codecards.codesets.readers.naming import release_named
from codecards.codesets.readers.poa_exempt import looks_like_poa_list
from codecards.codesets.readers.sheets import text_rows, workbook_rows
from codecards.codesets.readers.text import decoded
from codecards.codesets.readers.xml import XML_BOUND, root_tag
from codecards.codesets.syntax import has_shape
from codecards.codesets.system import System
from codecards.errors import SourceFileError

__all__ = ["FileKind", "FoundFile", "icd_system", "kind_of", "recognise_file", "why_unknown"]

_HEAD = 65_536
_LINES = 60
_TABLE_ROWS = 20
_SHOWN = 60


class FileKind(StrEnum):
    """The families of official files that codecards reads."""

    ORDER_FILE = "order-file"
    CODES_FILE = "codes-file"
    TABULAR_LIST = "tabular-list"
    ALPHABETIC_INDEX = "alphabetic-index"
    EXTERNAL_CAUSE_INDEX = "external-cause-index"
    NEOPLASM_TABLE = "table-of-neoplasms"
    DRUG_TABLE = "table-of-drugs"
    ADDENDA = "addenda"
    CONVERSION_TABLE = "conversion-table"
    POA_EXEMPT_LIST = "poa-exempt-list"
    PCS_TABLES = "pcs-tables"
    PCS_DEFINITIONS = "pcs-definitions"
    HCPCS_RECORDS = "hcpcs-records"
    HCPCS_WORKBOOK = "hcpcs-workbook"
    CPT_LONG = "cpt-long-titles"
    CPT_TITLES = "cpt-short-or-medium-titles"
    CPT_CODE_LIST = "cpt-code-list"


_SYSTEMS = {
    FileKind.PCS_TABLES: System.ICD_10_PCS,
    FileKind.PCS_DEFINITIONS: System.ICD_10_PCS,
    FileKind.HCPCS_RECORDS: System.HCPCS,
    FileKind.HCPCS_WORKBOOK: System.HCPCS,
    FileKind.CPT_LONG: System.CPT,
    FileKind.CPT_TITLES: System.CPT,
    FileKind.CPT_CODE_LIST: System.CPT,
}
# Both ICD-10 systems come in these files; where the codes stand in them.
_CODE_COLUMNS = {
    FileKind.ORDER_FILE: slice(6, 13),
    FileKind.CODES_FILE: slice(0, 7),
    FileKind.ADDENDA: slice(13, 22),
}

_INDEX = "ICD10CM.index"
_ROOTS = {
    "ICD10CM.tabular": FileKind.TABULAR_LIST,
    "ICD10PCS.tabular": FileKind.PCS_TABLES,
    "ICD10PCS.definitions": FileKind.PCS_DEFINITIONS,
}
_WEB_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body|script)\b", re.IGNORECASE)
_PROLOG = (("<?", "?>"), ("<!--", "-->"))
# An ICD-10-PCS code begins with one of 17 characters, ten of them digits; ICD-10-CM codes never do.
_PCS_CODE = re.compile(r"[0-9][0-9A-HJ-NP-Z]{2}(?:[0-9A-HJ-NP-Z]{4})?")


@attrs.frozen
class FoundFile:
    """One official file that was recognised.

    Args:
        name: Where it is: the file's name, or ``archive.zip/folder/file.txt``.
        kind: What it is.
        system: The coding system it belongs to.
        release: The release that its name tells; None where it tells none.
    """

    name: str
    kind: FileKind
    system: System
    release: str | None


def recognise_file(path: str | Path) -> tuple[FoundFile, ...]:
    """Say which official files a file or zip holds, without reading them through.

    Args:
        path: The file or zip, as downloaded.

    Raises:
        SourceFileError: It is missing or damaged.
    """
    found: list[FoundFile] = []
    with open_documents(path) as documents:
        for document in documents.members:
            kind = kind_of(document)
            if kind is not None:
                system = icd_system(document, kind) if kind in _CODE_COLUMNS else _SYSTEMS.get(kind, System.ICD_10_CM)
                release = release_named(system, *reversed(document.name.split("/")))
                found.append(FoundFile(document.name, kind, system, release))
    return tuple(found)


def kind_of(document: Document) -> FileKind | None:
    """Return what a document is, or None where it is no file that codecards reads.

    Raises:
        SourceFileError: It is damaged, or larger than any of its kind.
    """
    if document.is_workbook:
        with document.open() as stream:
            return _table_kind(cells for _, cells in workbook_rows(stream, document.name, _TABLE_ROWS))
    with document.open() as stream:
        head = stream.read(_HEAD)
    start = decoded(head, is_first=True).lstrip()
    if start.startswith("<"):
        return _xml_kind(document)
    lines = decoded(head[: head.rfind(b"\n") + 1] or head, is_first=True).splitlines()
    lines = [line for line in lines if line.strip()][:_LINES]
    return _text_kind(lines) or _table_kind(islice(_rows(head), _TABLE_ROWS)) or _cpt_kind(lines)


def why_unknown(document: Document) -> str:
    """Say what a document is that is no file codecards reads, as far as its beginning tells."""
    if document.is_workbook:
        return "is a workbook without the columns of an official table"
    with document.open() as stream:
        head = stream.read(_HEAD)
    start = decoded(head, is_first=True).lstrip()
    if _WEB_PAGE.match(_behind_prolog(start)):
        return "is a web page, not the file itself; open the agency's page and save the file it links"
    if start.startswith("<"):
        return "is XML, but none of the official files, which declare no document type"
    if b"\0" in head:
        return f"line {head[: head.index(0)].count(10) + 1}: holds NUL bytes, so it is not a text file"
    return f"line 1: begins with {start[:_SHOWN].splitlines()[:1]}"


def _behind_prolog(start: str) -> str:
    """Return XML or HTML without the declaration and comments before its first element."""
    for opening, closing in _PROLOG * 3:
        if start.startswith(opening) and closing in start:
            start = start.partition(closing)[2].lstrip()
    return start


def _xml_kind(document: Document) -> FileKind | None:
    with document.open() as stream:
        tag = root_tag(stream)
        if tag not in (*_ROOTS, _INDEX):
            return None
        if document.size > XML_BOUND:
            msg = f"{document.name}: has {document.size:,} bytes, which no official XML does; download the file again"
            raise SourceFileError(msg)
        stream.seek(0)
        return FileKind(index_kind(stream, document.name)) if tag == _INDEX else _ROOTS[tag]


def _text_kind(lines: list[str]) -> FileKind | None:
    """Tell fixed-width files apart by most of the lines at their head; where one is damaged, its reader says so."""
    if _most(lines, looks_like_order_file):
        return FileKind.ORDER_FILE
    if any(map(looks_like_hcpcs_text, lines)):
        return FileKind.HCPCS_RECORDS
    if _most(lines[:2], looks_like_addenda):
        return FileKind.ADDENDA
    return FileKind.CODES_FILE if _most(lines, looks_like_codes_file) else None


def _most(lines: list[str], looks_right: Callable[[str], bool]) -> bool:
    return sum(map(looks_right, lines)) * 2 > len(lines)


def _cpt_kind(lines: list[str]) -> FileKind | None:
    if looks_like_long_titles(lines):
        return FileKind.CPT_LONG
    return FileKind.CPT_TITLES if looks_like_titles(lines) else None


def _table_kind(rows: Iterable[Sequence[str]]) -> FileKind | None:
    table = list(rows)
    for cells in table:
        if looks_like_hcpcs_workbook(cells):
            return FileKind.HCPCS_WORKBOOK
        if looks_like_conversion_table(cells):
            return FileKind.CONVERSION_TABLE
        if looks_like_poa_list(cells):
            return FileKind.POA_EXEMPT_LIST
    return FileKind.CPT_CODE_LIST if looks_like_code_list(table) else None


def _rows(head: bytes) -> Iterator[Sequence[str]]:
    """Read the beginning of a table; a text that is no table has no rows."""
    try:
        for _, cells in text_rows(io.BytesIO(head), ""):
            yield cells
    except SourceFileError:
        return


def icd_system(document: Document, kind: FileKind) -> System:
    """Tell the system of an order file, codes file or addenda: only ICD-10-PCS has codes that begin with a digit."""
    with document.open() as stream:
        head = stream.read(_HEAD)
    lines = decoded(head[: head.rfind(b"\n") + 1] or head, is_first=True).splitlines()
    codes = [word for line in lines for word in line[_CODE_COLUMNS[kind]].split()]
    # By number, so that a single row of the other system is found out as what it is.
    pcs = sum(_PCS_CODE.fullmatch(code) is not None for code in codes)
    other = sum(not has_shape(code, System.ICD_10_PCS) for code in codes)
    return System.ICD_10_PCS if pcs > other else System.ICD_10_CM
