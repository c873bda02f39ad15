"""Make the fullest code set that an official file or archive allows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import attrs

from codecards.codesets.codeset import CodeSet, Row
from codecards.codesets.model import Source
from codecards.codesets.readers.container import Document, Documents, open_documents
from codecards.codesets.readers.cpt import CptTitle, read_code_list, read_long_titles, read_titles
from codecards.codesets.readers.hcpcs_records import hcpcs_rows
from codecards.codesets.readers.hcpcs_text import read_hcpcs_text
from codecards.codesets.readers.hcpcs_workbook import read_hcpcs_workbook
from codecards.codesets.readers.icd10_codes_file import read_codes_file
from codecards.codesets.readers.icd10_order_file import read_order_file
from codecards.codesets.readers.icd10cm_tabular import read_tabular_list
from codecards.codesets.readers.icd10pcs import read_pcs_tables
from codecards.codesets.readers.joining import join_pcs_tables, join_tabular
from codecards.codesets.readers.licensed import why_licensed
from codecards.codesets.readers.naming import release_named
from codecards.codesets.readers.recognise import FileKind, icd_system, kind_of, why_unknown
from codecards.codesets.readers.sheets import text_rows, workbook_rows
from codecards.codesets.readers.text import refuse
from codecards.codesets.releases import PUBLISHERS, effective_period, parse_release
from codecards.codesets.syntax import CATEGORY_LENGTH, has_shape
from codecards.codesets.system import System
from codecards.errors import LicenceError, SourceFileError

__all__ = ["read_codeset"]

# The kinds that list codes, the fullest first.
_LISTS = {
    FileKind.ORDER_FILE: "order file",
    FileKind.CODES_FILE: "codes file",
    FileKind.HCPCS_RECORDS: "quarterly file",
    FileKind.HCPCS_WORKBOOK: "quarterly file",
    FileKind.CPT_CODE_LIST: "licensed files",
    FileKind.CPT_LONG: "licensed files",
    FileKind.CPT_TITLES: "licensed files",
}
_RANKS = {kind: rank for rank, kind in enumerate(_LISTS)}
_CPT = (FileKind.CPT_CODE_LIST, FileKind.CPT_LONG, FileKind.CPT_TITLES)
_ICD = (FileKind.ORDER_FILE, FileKind.CODES_FILE)
# The widest title of SHORTU.txt; MEDU.txt has longer ones.
_SHORT_TITLE = 28
# What the last code of a whole release begins with. ICD-10-CM prints chapter 22 (U), since FY2020, behind 21 (Z);
# ICD-10-PCS ended with section H until section X came in FY2016.
_LAST_LETTERS = {System.ICD_10_CM: "UZ", System.ICD_10_PCS: "XH", System.HCPCS: "V"}
_EXCERPT_ROWS = 5000
_REMEDY = "give the zip that CMS or CDC publishes"


@attrs.frozen
class _List:
    """A document that lists codes."""

    document: Document
    kind: FileKind
    system: System
    release: str | None

    @property
    def fullness(self) -> tuple[int, int, int]:
        """Sorts the fullest list first: by kind, then the newest release, then the longest."""
        year, month = parse_release(self.release) if self.release else (0, None)
        return (_RANKS[self.kind], -(year * 100 + (month or 0)), -self.document.size)


def read_codeset(
    path: str | Path,
    *,
    release: str | None = None,
    system: System | str | None = None,
    i_have_a_licence: bool = False,
) -> CodeSet:
    """Read an official file, or the zip it came in, into the fullest code set it allows.

    The file is recognised by what is in it: order files and codes files of ICD-10-CM
    and ICD-10-PCS, the quarterly file of HCPCS Level II as text or XLSX, and CPT from
    the user's own licensed files. Where an archive also holds the tabular list or
    the tables of the same year, they join. The names of the files tell the
    release, since the rows do not.

    Args:
        path: The file or zip, as downloaded.
        release: The release to call it, where the name does not tell; of several
            in one archive, the one to read.
        system: The coding system to read, where an archive holds several.
        i_have_a_licence: The user's statement that they hold a licence for CPT;
            needed for CPT only. The code set is marked licensed for ever after.

    Raises:
        SourceFileError: The file is missing, damaged, not a code-set file, or not of that system.
        LicenceError: It is CPT, and nobody stated that they hold a licence.
        UnknownSystemError: No coding system is called that.
    """
    wanted = None if system is None else System.parse(system)
    if release is not None:
        parse_release(release)
    with open_documents(path) as documents:
        kinds, chosen = _choose(documents, release, wanted)
        if chosen.system is System.CPT and not i_have_a_licence:
            msg = (
                f"{chosen.document.name}: is CPT, which the American Medical Association licenses; "
                "state that you hold a licence (i_have_a_licence=True)"
            )
            raise LicenceError(msg)
        named = release or chosen.release
        if named is None:
            msg = f"{chosen.document.name}: its name tells no year; say which release it is"
            raise SourceFileError(msg)
        codeset = _READERS[chosen.system](documents, kinds, chosen, named)
    if not len(codeset):
        msg = f"{chosen.document.name}: holds no codes; download the file again"
        raise SourceFileError(msg)
    _check_end(codeset, chosen.document.name)
    return codeset


def _check_end(codeset: CodeSet, name: str) -> None:
    """Refuse the greater part of a release: a file cut between two lines looks whole but for its end."""
    last = codeset.rows[-1].code
    ends = _LAST_LETTERS.get(codeset.system)
    if ends and len(codeset) > _EXCERPT_ROWS and last[0] not in ends:
        msg = f"{name}: stops at {last} after {len(codeset):,} codes: it is cut short; download the file again"
        raise SourceFileError(msg)


Kinds = Sequence[tuple[Document, FileKind]]


def _choose(documents: Documents, release: str | None, system: System | None) -> tuple[Kinds, _List]:
    """Recognise the documents, and choose the fullest list of codes among them."""
    kinds = _kinds(documents.members, workbooks=False)
    lists = _lists(kinds)
    if not lists:
        kinds += _kinds(documents.members, workbooks=True)  # slow to open, so only where nothing else is there
        lists = _lists(kinds)
    if not lists:
        raise SourceFileError(_why_not(documents, kinds))
    systems = {item.system for item in lists}
    if system is not None and system not in systems:
        held = " and ".join(sorted(item.label for item in systems))
        msg = f"{documents.path}: holds {held}, not {system.label}; give the {system.label} file"
        raise SourceFileError(msg)
    if system is None and len(systems) > 1:
        held = " and ".join(sorted(systems))
        msg = f"{documents.path}: holds code sets of {held}; say which system to read"
        raise SourceFileError(msg)
    candidates = [item for item in lists if system in (None, item.system)]
    of_release = [item for item in candidates if item.release == release]
    return kinds, min(of_release or candidates, key=lambda item: item.fullness)


def _kinds(members: Iterable[Document], *, workbooks: bool) -> list[tuple[Document, FileKind]]:
    found = ((document, kind_of(document)) for document in members if document.is_workbook is workbooks)
    return [(document, kind) for document, kind in found if kind is not None]


def _lists(kinds: Kinds) -> list[_List]:
    found = []
    for document, kind in kinds:
        if kind in _LISTS:
            system = System.CPT if kind in _CPT else icd_system(document, kind) if kind in _ICD else System.HCPCS
            found.append(_List(document, kind, system, release_named(system, *reversed(document.name.split("/")))))
    return found


def _why_not(documents: Documents, kinds: Kinds) -> str:
    if kinds:
        held = ", ".join(sorted({kind.value for _, kind in kinds}))
        return f"{documents.path}: holds no list of codes (only {held}); give the order file of the same release"
    if len(documents.members) == 1:
        return f"{documents.members[0].name}: {why_unknown(documents.members[0])}; {_REMEDY}"
    return f"{documents.path}: holds no order file, codes file or HCPCS file; {_REMEDY}"


def _read_icd(documents: Documents, kinds: Kinds, chosen: _List, release: str) -> CodeSet:
    document = chosen.document
    read = read_order_file if chosen.kind is FileKind.ORDER_FILE else read_codes_file
    with document.open() as stream:
        rows = _checked(read(stream, document.name), chosen.system, document.name)
    codeset = CodeSet(
        system=chosen.system,
        release=release,
        effective=effective_period(chosen.system, release),
        source=_source(documents, chosen, release),
        rows=rows,
        is_complete=chosen.kind is FileKind.ORDER_FILE,
    )
    return _joined(codeset, kinds)


def _joined(codeset: CodeSet, kinds: Kinds) -> CodeSet:
    """Join the XML that lies in the same archive, where it is of the same year."""
    year = str(parse_release(codeset.release)[0])
    for document, kind in kinds:
        if kind is FileKind.TABULAR_LIST and codeset.system is System.ICD_10_CM:
            with document.open() as stream:
                tabular = read_tabular_list(stream, document.name)
            if tabular.year[:4] == year:
                return join_tabular(codeset, tabular)
        if kind is FileKind.PCS_TABLES and codeset.system is System.ICD_10_PCS:
            with document.open() as stream:
                tables = read_pcs_tables(stream, document.name)
            if tables.year[:4] == year:
                return join_pcs_tables(codeset, tables)
    return codeset


def _checked(rows: Sequence[tuple[int, Row]], system: System, name: str) -> list[Row]:
    """Refuse rows that are no codes of the system, or stand twice."""
    seen: set[str] = set()
    for number, row in rows:
        code = row.code
        if not has_shape(code, system):
            refuse(name, number, why_licensed(code, system) or f"{code!r} is not shaped like an {system.label} code")
        if code in seen:
            refuse(name, number, f"{code} stands twice in the file")
        if system is System.ICD_10_PCS and row.is_billable is (len(code) == CATEGORY_LENGTH):
            refuse(name, number, f"{code} has the wrong status: of ICD-10-PCS only tables are headers")
        seen.add(code)
    return [row for _, row in rows]


def _read_hcpcs(documents: Documents, _: Kinds, chosen: _List, release: str) -> CodeSet:
    read = read_hcpcs_text if chosen.kind is FileKind.HCPCS_RECORDS else read_hcpcs_workbook
    with chosen.document.open() as stream:
        records = read(stream, chosen.document.name)
    effective = effective_period(System.HCPCS, release)
    return CodeSet(
        system=System.HCPCS,
        release=release,
        effective=effective,
        source=_source(documents, chosen, release),
        rows=hcpcs_rows(records, effective.first),
        hcpcs={record.code: record.details for record in records},
    )


def _read_cpt(documents: Documents, kinds: Kinds, chosen: _List, release: str) -> CodeSet:
    """Join the files of one delivery: the best titles of each code, and the shortest as abbreviated ones."""
    titles: dict[str, str] = {}
    shorts: dict[str, str] = {}
    ranked = sorted((item for item in kinds if item[1] in _CPT), key=lambda item: (_RANKS[item[1]], -item[0].size))
    for document, kind in ranked:
        for code, title, short in _cpt_titles(document, kind):
            titles.setdefault(code, title)
            abbreviated = short or title
            if short or len(title) <= _SHORT_TITLE or code not in shorts:
                shorts[code] = abbreviated
    rows = [
        Row(code, title, shorts[code] if shorts[code] != title else None, is_billable=True)
        for code, title in titles.items()
    ]
    return CodeSet(
        system=System.CPT,
        release=release,
        effective=effective_period(System.CPT, release),
        source=_source(documents, chosen, release),
        rows=rows,
        is_licensed=True,
    )


def _cpt_titles(document: Document, kind: FileKind) -> list[CptTitle]:
    with document.open() as stream:
        if kind is FileKind.CPT_LONG:
            return read_long_titles(stream, document.name)
        if kind is FileKind.CPT_TITLES:
            return read_titles(stream, document.name)
        rows = workbook_rows if document.is_workbook else text_rows
        return read_code_list(rows(stream, document.name), document.name)


def _source(documents: Documents, chosen: _List, release: str) -> Source:
    publisher, url = PUBLISHERS[chosen.system]
    title = f"{chosen.system.label} {release} {_LISTS[chosen.kind]}"
    return Source(title, publisher, url, ((documents.path.name, documents.sha256),))


_READERS = {
    System.ICD_10_CM: _read_icd,
    System.ICD_10_PCS: _read_icd,
    System.HCPCS: _read_hcpcs,
    System.CPT: _read_cpt,
}
