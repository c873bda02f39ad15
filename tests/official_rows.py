"""Small files in the layouts of the official ones, for what the real files do not show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
import io
import zipfile

import openpyxl

from codecards.codesets.readers.hcpcs_records import COLUMNS

ORDER_FILE = (
    "00001 E11     0 Type 2 diabetes mellitus                                     Type 2 diabetes mellitus\r\n"
    "00002 E119    1 Type 2 diabetes mellitus without complications               "
    "Type 2 diabetes mellitus without complications\r\n"
    "00003 I10     1 Essential (primary) hypertension                             Essential (primary) hypertension\r\n"
)
"""Three rows of an ICD-10-CM order file."""

CODES_FILE = "E119    Type 2 diabetes mellitus without complications\nI10     Essential (primary) hypertension\n"
"""The billable two of them as a codes file."""

PCS_ORDER_FILE = (
    "00001 0DT     0 Gastrointestinal System, Resection                           "
    "Gastrointestinal System, Resection\r\n"
    "00002 0DTJ4ZZ 1 Resection of Appendix, Percutaneous Endoscopic Approach      "
    "Resection of Appendix, Percutaneous Endoscopic Approach\r\n"
)
"""Two rows of an ICD-10-PCS order file."""

TABULAR_LIST = """<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.tabular><version>2026</version>
<chapter><name>4</name><desc>Endocrine diseases (E00-E89)</desc><sectionIndex/>
<section id="E08-E13"><desc>Diabetes mellitus (E08-E13)</desc>
<diag><name>E11</name><desc>Type 2 diabetes mellitus</desc>
<excludes1><note>type 1 diabetes mellitus (E10.-)</note></excludes1>
<diag><name>E11.9</name><desc>Type 2 diabetes mellitus without complications</desc></diag></diag></section></chapter>
<chapter><name>9</name><desc>Circulatory diseases (I00-I99)</desc>
<section id="I10-I1A"><desc>Hypertensive diseases (I10-I1A)</desc>
<diag><name>I10</name><desc>Essential (primary) hypertension</desc></diag></section></chapter>
</ICD10CM.tabular>"""
"""A tabular list around the same codes."""

PCS_TABLES = """<?xml version="1.0" encoding="utf-8"?>
<ICD10PCS.tabular><version>2026</version><pcsTable>
<axis pos="1"><title>Section</title><label code="0">Medical and Surgical</label></axis>
<axis pos="2"><title>Body System</title><label code="D">Gastrointestinal System</label></axis>
<axis pos="3"><title>Operation</title><label code="T">Resection</label>
<definition>Cutting out or off, without replacement, all of a body part</definition></axis>
<pcsRow codes="2"><axis pos="4"><title>Body Part</title><label code="J">Appendix</label></axis>
<axis pos="5"><title>Approach</title><label code="0">Open</label><label code="4">Percutaneous Endoscopic</label></axis>
<axis pos="6"><title>Device</title><label code="Z">No Device</label></axis>
<axis pos="7"><title>Qualifier</title><label code="Z">No Qualifier</label></axis></pcsRow>
</pcsTable></ICD10PCS.tabular>"""
"""One table of one row."""

PCS_DEFINITIONS = """<?xml version="1.0" encoding="utf-8"?>
<ICD10PCS.definitions><version>2026</version><section code="0"><title>Medical and Surgical</title>
<axis pos="3"><title>Operation</title><terms><title>Resection</title><definition>All of a body part</definition>
<explanation>None</explanation><includes>Total nephrectomy</includes></terms></axis></section>
</ICD10PCS.definitions>"""
"""One definition."""

INDEX = """<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.index><version>2026</version><title>ICD-10-CM INDEX TO DISEASES and INJURIES</title>
<letter><title>F</title>
<mainTerm><title>Fable, fabled<nemod>(mild) (of autumn)</nemod> NEC</title><code>E11.9</code>
<term level="1"><title>with</title>
<term level="2"><title>moral</title><code>E11.2-</code><manif>[N08]</manif></term></term>
<term level="1"><title>grim</title><see>Tale, grim</see></term>
<term level="1"><title>long</title><seeAlso>Saga</seeAlso><seecat>E12</seecat></term>
<term level="1"><title>short</title><subcat>E13.1</subcat></term></mainTerm></letter>
</ICD10CM.index>"""
"""An Alphabetic Index of invented terms, in the layout that all ICD-10-CM indexes share."""

ADDENDA = (
    "Delete:      B880    Other acariasis\n"
    "Add:         B8801   Infestation by Demodex mites\n"
    "Revise from: Z2914   Encounter for rabies immune globin\n"
    "Revise to:   Z2914   Encounter for rabies immune globulin\n"
    "\nCodes\n      1 additions\n      1 deletions\n      1 revisions\n"
)
"""A codes addenda with one change of each kind."""

CONVERSIONS = (
    "Current code assignment,Effective,Previous Code(s) Assignment\n"
    "B88.01,2025,B88.0\n"
    'H02.151,4/1/2018,"H02.101-H02.103; H02.109"\n'
)
"""A conversion table as CSV."""

POA_LIST = "Order26\tPOAexemptCode\tDescription\r\n01238\tB90.0\tSequelae of central nervous system tuberculosis\r\n"
"""A list of exempt codes."""

CPT_NOTICE = "CPT copyright: this is an invented file\r\nof invented codes\r\n\r\n"
"""What stands at the head of a CPT file, in other words."""


def order_line(number: int, code: str, status: int, title: str) -> str:
    """Return one line of an order file, the same title long and short."""
    return f"{number:05} {code:<7} {status} {title[:60]:<60} {title}\n"


def hcpcs_line(code: str, title: str, *, record: str = "3", sequence: str = "00100", **fields: str) -> str:
    """Return one line of the fixed-width HCPCS file; a field goes by its column name, its blanks as underscores."""
    values = {"SHORT DESCRIPTION": title[:28], "COV": "C", "ADD DT": "20200101", "ACTION CD": "N"}
    if record in "48":
        values = {}
    values |= {"HCPC": code.rjust(5), "SEQNUM": sequence, "RECID": record, "LONG DESCRIPTION": title}
    values |= {name if name in COLUMNS else name.replace("_", " "): text for name, text in fields.items()}
    line = [" "] * 320
    for column, text in values.items():
        place = COLUMNS[column]
        line[place] = text.ljust(place.stop - place.start)
    return "".join(line) + "\r\n"


def zip_of(members: Mapping[str, str | bytes]) -> bytes:
    """Return a zip of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def workbook_of(rows: Iterable[Iterable[object]]) -> bytes:
    """Return an XLSX file of one sheet."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")
    for row in rows:
        sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
