"""Spaced-repetition decks for learning US medical coding, made from the official code sets.

Everything a program needs stands here by name; a room is imported when a name of it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from codecards._version import __version__

if TYPE_CHECKING:
    from codecards.cards.model import Card, CardKind, Deck, Place, Provenance, Subject
    from codecards.codesets.addenda import Addenda, AddendaRow
    from codecards.codesets.beside_here import load_conversions, load_index, load_index_terms, load_poa_exempt
    from codecards.codesets.changes import CodeSetChanges, compare_codesets
    from codecards.codesets.codeset import CodeSet
    from codecards.codesets.conversions import Conversion, ConversionTable
    from codecards.codesets.cpt_structure import CptBlock, CptCategory, CptStructure, classify_cpt
    from codecards.codesets.hcpcs import HcpcsAction, HcpcsCoverage, HcpcsDetails, hcpcs_actions
    from codecards.codesets.index import CodeIndex, DrugEntry, IndexEntry, NeoplasmEntry
    from codecards.codesets.index_lookup import Route, index_lookup
    from codecards.codesets.library import installed_releases, load_codeset
    from codecards.codesets.model import (
        Chapter,
        Code,
        Guidance,
        GuidanceKind,
        Period,
        Section,
        SeventhCharacter,
        Source,
    )
    from codecards.codesets.pcs import PcsAxis, PcsDefinitions, PcsRow, PcsTable, PcsTables, PcsTerm
    from codecards.codesets.poa_exempt import PoaExemptList
    from codecards.codesets.readers import (
        FileKind,
        FoundFile,
        join_pcs_tables,
        join_tabular,
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
    from codecards.codesets.readers.icd10cm_tabular import TabularList
    from codecards.codesets.search import Hit, search
    from codecards.codesets.successors import Successors
    from codecards.codesets.syntax import normalize_code
    from codecards.codesets.system import System
    from codecards.codesets.validation import judge_code, validate_code
    from codecards.codesets.verdict import Verdict, VerdictKind
    from codecards.codesets.word_diff import word_diff
    from codecards.errors import CodecardsError, LicenceError
    from codecards.exporters import export_deck
    from codecards.exporters.json import read_deck
    from codecards.recipes.build import build_deck
    from codecards.recipes.exam_editions import release_for_exam
    from codecards.recipes.reading import bundled_recipes
    from codecards.scheduling.batch import replay_columns
    from codecards.scheduling.calendar import StudyCalendar
    from codecards.scheduling.drill import Drill
    from codecards.scheduling.fsrs import FSRS
    from codecards.scheduling.grades import Grade
    from codecards.scheduling.log import Review
    from codecards.scheduling.scheduler import Scheduler, replay_log
    from codecards.scheduling.sm2 import SM2
    from codecards.scheduling.state import MemoryState
    from codecards.store.opening import open_existing_store, open_store
    from codecards.store.store import Store

_HOMES = {
    "Addenda": "codesets.addenda",
    "AddendaRow": "codesets.addenda",
    "Card": "cards.model",
    "CardKind": "cards.model",
    "Chapter": "codesets.model",
    "Code": "codesets.model",
    "CodeIndex": "codesets.index",
    "CodeSet": "codesets.codeset",
    "CodeSetChanges": "codesets.changes",
    "CodecardsError": "errors",
    "Conversion": "codesets.conversions",
    "ConversionTable": "codesets.conversions",
    "CptBlock": "codesets.cpt_structure",
    "CptCategory": "codesets.cpt_structure",
    "CptStructure": "codesets.cpt_structure",
    "Deck": "cards.model",
    "Drill": "scheduling.drill",
    "DrugEntry": "codesets.index",
    "FSRS": "scheduling.fsrs",
    "FileKind": "codesets.readers",
    "FoundFile": "codesets.readers",
    "Grade": "scheduling.grades",
    "Guidance": "codesets.model",
    "GuidanceKind": "codesets.model",
    "HcpcsAction": "codesets.hcpcs",
    "HcpcsCoverage": "codesets.hcpcs",
    "HcpcsDetails": "codesets.hcpcs",
    "Hit": "codesets.search",
    "IndexEntry": "codesets.index",
    "LicenceError": "errors",
    "MemoryState": "scheduling.state",
    "NeoplasmEntry": "codesets.index",
    "PcsAxis": "codesets.pcs",
    "PcsDefinitions": "codesets.pcs",
    "PcsRow": "codesets.pcs",
    "PcsTable": "codesets.pcs",
    "PcsTables": "codesets.pcs",
    "PcsTerm": "codesets.pcs",
    "Period": "codesets.model",
    "Place": "cards.model",
    "PoaExemptList": "codesets.poa_exempt",
    "Provenance": "cards.model",
    "Review": "scheduling.log",
    "Route": "codesets.index_lookup",
    "SM2": "scheduling.sm2",
    "Scheduler": "scheduling.scheduler",
    "Section": "codesets.model",
    "SeventhCharacter": "codesets.model",
    "Source": "codesets.model",
    "Store": "store.store",
    "StudyCalendar": "scheduling.calendar",
    "Subject": "cards.model",
    "Successors": "codesets.successors",
    "System": "codesets.system",
    "TabularList": "codesets.readers.icd10cm_tabular",
    "Verdict": "codesets.verdict",
    "VerdictKind": "codesets.verdict",
    "build_deck": "recipes.build",
    "bundled_recipes": "recipes.reading",
    "classify_cpt": "codesets.cpt_structure",
    "compare_codesets": "codesets.changes",
    "export_deck": "exporters",
    "hcpcs_actions": "codesets.hcpcs",
    "index_lookup": "codesets.index_lookup",
    "installed_releases": "codesets.library",
    "join_pcs_tables": "codesets.readers",
    "join_tabular": "codesets.readers",
    "judge_code": "codesets.validation",
    "load_codeset": "codesets.library",
    "load_conversions": "codesets.beside_here",
    "load_index": "codesets.beside_here",
    "load_index_terms": "codesets.beside_here",
    "load_poa_exempt": "codesets.beside_here",
    "normalize_code": "codesets.syntax",
    "open_existing_store": "store.opening",
    "open_store": "store.opening",
    "read_addenda": "codesets.readers",
    "read_codeset": "codesets.readers",
    "read_conversion_table": "codesets.readers",
    "read_deck": "exporters.json",
    "read_drug_table": "codesets.readers",
    "read_external_cause_index": "codesets.readers",
    "read_index": "codesets.readers",
    "read_neoplasm_table": "codesets.readers",
    "read_pcs_definitions": "codesets.readers",
    "read_pcs_tables": "codesets.readers",
    "read_poa_exempt": "codesets.readers",
    "read_tabular_list": "codesets.readers",
    "recognise_file": "codesets.readers",
    "release_for_exam": "recipes.exam_editions",
    "replay_columns": "scheduling.batch",
    "replay_log": "scheduling.scheduler",
    "search": "codesets.search",
    "validate_code": "codesets.validation",
    "word_diff": "codesets.word_diff",
}

__all__ = [
    "FSRS",
    "SM2",
    "Addenda",
    "AddendaRow",
    "Card",
    "CardKind",
    "Chapter",
    "Code",
    "CodeIndex",
    "CodeSet",
    "CodeSetChanges",
    "CodecardsError",
    "Conversion",
    "ConversionTable",
    "CptBlock",
    "CptCategory",
    "CptStructure",
    "Deck",
    "Drill",
    "DrugEntry",
    "FileKind",
    "FoundFile",
    "Grade",
    "Guidance",
    "GuidanceKind",
    "HcpcsAction",
    "HcpcsCoverage",
    "HcpcsDetails",
    "Hit",
    "IndexEntry",
    "LicenceError",
    "MemoryState",
    "NeoplasmEntry",
    "PcsAxis",
    "PcsDefinitions",
    "PcsRow",
    "PcsTable",
    "PcsTables",
    "PcsTerm",
    "Period",
    "Place",
    "PoaExemptList",
    "Provenance",
    "Review",
    "Route",
    "Scheduler",
    "Section",
    "SeventhCharacter",
    "Source",
    "Store",
    "StudyCalendar",
    "Subject",
    "Successors",
    "System",
    "TabularList",
    "Verdict",
    "VerdictKind",
    "__version__",
    "build_deck",
    "bundled_recipes",
    "classify_cpt",
    "compare_codesets",
    "export_deck",
    "hcpcs_actions",
    "index_lookup",
    "installed_releases",
    "join_pcs_tables",
    "join_tabular",
    "judge_code",
    "load_codeset",
    "load_conversions",
    "load_index",
    "load_index_terms",
    "load_poa_exempt",
    "normalize_code",
    "open_existing_store",
    "open_store",
    "read_addenda",
    "read_codeset",
    "read_conversion_table",
    "read_deck",
    "read_drug_table",
    "read_external_cause_index",
    "read_index",
    "read_neoplasm_table",
    "read_pcs_definitions",
    "read_pcs_tables",
    "read_poa_exempt",
    "read_tabular_list",
    "recognise_file",
    "release_for_exam",
    "replay_columns",
    "replay_log",
    "search",
    "validate_code",
    "word_diff",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    value = getattr(import_module(f"codecards.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
