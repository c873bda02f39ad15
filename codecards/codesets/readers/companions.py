"""Read the official files that stand beside a list of codes: indexes, tables, definitions, addenda, conversions.

Each takes the file or the zip it came in, and finds its own kind of document in there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TypeVar

from codecards.codesets.addenda import Addenda
from codecards.codesets.conversions import ConversionTable
from codecards.codesets.index import CodeIndex, DrugEntry, NeoplasmEntry
from codecards.codesets.pcs import PcsDefinitions, PcsTables
from codecards.codesets.poa_exempt import PoaExemptList
from codecards.codesets.readers import addenda, conversions, icd10cm_index, icd10cm_tabular, icd10pcs, poa_exempt
from codecards.codesets.readers.container import Document, open_documents
from codecards.codesets.readers.naming import release_named
from codecards.codesets.readers.recognise import FileKind, kind_of
from codecards.codesets.readers.sheets import Cells, text_rows, workbook_rows
from codecards.codesets.system import System
from codecards.errors import SourceFileError

__all__ = [
    "read_addenda",
    "read_conversion_table",
    "read_drug_table",
    "read_external_cause_index",
    "read_index",
    "read_neoplasm_table",
    "read_pcs_definitions",
    "read_pcs_tables",
    "read_poa_exempt",
    "read_tabular_list",
]

Value = TypeVar("Value")


def read_index(path: str | Path) -> CodeIndex:
    """Read the ICD-10-CM Alphabetic Index (XML) out of a file or zip.

    Raises:
        SourceFileError: It is not there, or damaged; so for all readers below.
    """
    return _read(path, FileKind.ALPHABETIC_INDEX, icd10cm_index.read_index)


def read_external_cause_index(path: str | Path) -> CodeIndex:
    """Read the ICD-10-CM External Cause of Injuries Index (XML) out of a file or zip."""
    return _read(path, FileKind.EXTERNAL_CAUSE_INDEX, icd10cm_index.read_index)


def read_neoplasm_table(path: str | Path) -> tuple[NeoplasmEntry, ...]:
    """Read the ICD-10-CM Table of Neoplasms (XML) out of a file or zip."""
    return _read(path, FileKind.NEOPLASM_TABLE, icd10cm_index.read_neoplasm_table)


def read_drug_table(path: str | Path) -> tuple[DrugEntry, ...]:
    """Read the ICD-10-CM Table of Drugs and Chemicals (XML) out of a file or zip."""
    return _read(path, FileKind.DRUG_TABLE, icd10cm_index.read_drug_table)


def read_tabular_list(path: str | Path) -> icd10cm_tabular.TabularList:
    """Read the ICD-10-CM tabular list (XML) out of a file or zip."""
    return _read(path, FileKind.TABULAR_LIST, icd10cm_tabular.read_tabular_list)


def read_pcs_tables(path: str | Path) -> PcsTables:
    """Read the ICD-10-PCS tables (XML) out of a file or zip."""
    return _read(path, FileKind.PCS_TABLES, icd10pcs.read_pcs_tables)


def read_pcs_definitions(path: str | Path) -> PcsDefinitions:
    """Read the ICD-10-PCS definitions (XML) out of a file or zip."""
    return _read(path, FileKind.PCS_DEFINITIONS, icd10pcs.read_pcs_definitions)


def read_addenda(path: str | Path) -> Addenda:
    """Read an addenda text out of a file or zip; of several the longest, which is that of the order file."""
    return _read(path, FileKind.ADDENDA, addenda.read_addenda)


def read_conversion_table(path: str | Path) -> ConversionTable:
    """Read the ICD-10-CM conversion table, XLSX or CSV, out of a file or zip."""
    with _longest(path, FileKind.CONVERSION_TABLE) as document, _rows(document) as rows:
        return conversions.read_conversion_table(rows, document.name)


def read_poa_exempt(path: str | Path) -> PoaExemptList:
    """Read the codes exempt from present-on-admission reporting, text or XLSX, out of a file or zip."""
    with _longest(path, FileKind.POA_EXEMPT_LIST) as document, _rows(document) as rows:
        release = release_named(System.ICD_10_CM, *reversed(document.name.split("/")))
        return poa_exempt.read_poa_exempt(rows, document.name, release)


def _read(path: str | Path, kind: FileKind, read: Callable[[IO[bytes], str], Value]) -> Value:
    with _longest(path, kind) as document, document.open() as stream:
        return read(stream, document.name)


@contextmanager
def _longest(path: str | Path, kind: FileKind) -> Iterator[Document]:
    """Open the longest document of a kind; workbooks, which are slow, only where there is no text of that kind."""
    with open_documents(path) as documents:
        for workbooks in (False, True):
            members = (member for member in documents.members if member.is_workbook is workbooks)
            found = [member for member in members if kind_of(member) is kind]
            if found:
                yield max(found, key=lambda member: member.size)
                return
        msg = f"{path}: holds no {kind.value.replace('-', ' ')}; give the zip that CMS or CDC publishes"
        raise SourceFileError(msg)


@contextmanager
def _rows(document: Document) -> Iterator[Iterator[tuple[int, Cells]]]:
    with document.open() as stream:
        yield (workbook_rows if document.is_workbook else text_rows)(stream, document.name)
