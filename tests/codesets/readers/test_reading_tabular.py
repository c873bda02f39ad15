"""The tabular list where it departs from its own pattern."""

from __future__ import annotations

import io

import pytest

from codecards.codesets.readers.icd10cm_tabular import compose_rows, read_tabular_list
from codecards.errors import SourceFileError
from official_rows import TABULAR_LIST


def test_a_code_without_a_title_stops_the_composing() -> None:
    """Neither in the list nor made by one of its tables."""
    tabular = read_tabular_list(io.BytesIO(TABULAR_LIST.encode()), "tabular.xml")

    assert [row.code for row in compose_rows(tabular, ["E11", "E119"])] == ["E11", "E119"]
    with pytest.raises(SourceFileError, match="has no title for E11XXXA"):
        list(compose_rows(tabular, ["E11", "E11XXXA"]))


def test_an_empty_table_of_visual_impairment_says_nothing() -> None:
    """The list holds one such table, under H54."""
    content = TABULAR_LIST.replace("<excludes1>", "<visualImpairment/><excludes1>")

    tabular = read_tabular_list(io.BytesIO(content.encode()), "tabular.xml")

    assert [item.notes for item in tabular.guidance["E11"]] == [("type 1 diabetes mellitus (E10.-)",)]
