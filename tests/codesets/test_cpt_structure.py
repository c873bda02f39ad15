"""What the form of a CPT string tells, without any CPT content. The codes are invented."""

from __future__ import annotations

import pytest

from codecards import CptCategory, classify_cpt
from codecards.codesets.cpt_structure import CPT_BLOCKS
from codecards.errors import InvalidCodeError


@pytest.mark.parametrize(
    ("code", "category", "chapter"),
    [
        ("00001", CptCategory.CATEGORY_I, 2),
        ("10000", CptCategory.CATEGORY_I, 3),
        ("99999", CptCategory.CATEGORY_I, 11),
        ("05000", CptCategory.CATEGORY_I, None),
        ("9999f", CptCategory.CATEGORY_II, None),
        (" 0999T ", CptCategory.CATEGORY_III, 13),
        ("1000T", CptCategory.CATEGORY_III, None),
        ("0001U", CptCategory.PLA, None),
        ("0001M", CptCategory.MAAA, None),
        ("0001A", CptCategory.VACCINE_ADMINISTRATION, None),
        ("99", CptCategory.MODIFIER, None),
        ("p6", CptCategory.MODIFIER, None),
    ],
)
def test_the_form_tells_category_and_block(code: str, category: CptCategory, chapter: int | None) -> None:
    """By the last character, and by the ranges that CMS publishes."""
    found = classify_cpt(code)

    assert found.category is category
    assert found.category.label
    assert (found.block.chapter if found.block else None) == chapter


def test_other_strings_are_refused() -> None:
    """The reason says what a CPT code looks like."""
    with pytest.raises(InvalidCodeError, match="five digits"):
        classify_cpt("E11.9")


def test_blocks_say_whether_they_are_confirmed() -> None:
    """Only what a source at hand bears out is shown as known."""
    assert {block.chapter for block in CPT_BLOCKS if block.is_confirmed} == {3, 13}
