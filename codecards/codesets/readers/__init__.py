"""Read official files, recognised by what is in them: lists of codes, and what stands beside them."""

from codecards.codesets.readers.assembling import read_codeset
from codecards.codesets.readers.companions import (
    read_addenda,
    read_conversion_table,
    read_drug_table,
    read_external_cause_index,
    read_index,
    read_neoplasm_table,
    read_pcs_definitions,
    read_pcs_tables,
    read_poa_exempt,
    read_tabular_list,
)
from codecards.codesets.readers.joining import join_pcs_tables, join_tabular
from codecards.codesets.readers.recognise import FileKind, FoundFile, recognise_file

__all__ = [
    "FileKind",
    "FoundFile",
    "join_pcs_tables",
    "join_tabular",
    "read_addenda",
    "read_codeset",
    "read_conversion_table",
    "read_drug_table",
    "read_external_cause_index",
    "read_index",
    "read_neoplasm_table",
    "read_pcs_definitions",
    "read_pcs_tables",
    "read_poa_exempt",
    "read_tabular_list",
    "recognise_file",
]
