"""What a CPT code's form alone tells: its category, and its block as CMS publishes blocks. No CPT text, no CPT list.

Source: the form of codes, CMS HCPCS record layout ("5 position numeric codes") and the AMA's public description of
its categories; the blocks, chapter ranges of the NCCI Policy Manual for Medicare Services, which CMS publishes
in round numbers. These are not the boundaries of the sections in the CPT book.
"""

from __future__ import annotations

from enum import StrEnum

import attrs

from codecards.codesets.syntax import MODIFIER_LENGTH, normalize_code
from codecards.codesets.system import System

__all__ = ["CPT_BLOCKS", "CptBlock", "CptCategory", "CptStructure", "classify_cpt"]


class CptCategory(StrEnum):
    """What kind of CPT code a string is, told by its last character."""

    CATEGORY_I = "category-i"
    CATEGORY_II = "category-ii"
    CATEGORY_III = "category-iii"
    PLA = "pla"
    MAAA = "maaa"
    VACCINE_ADMINISTRATION = "vaccine-administration"
    MODIFIER = "modifier"

    @property
    def label(self) -> str:
        """The category in words."""
        return _LABELS[self]


_LABELS = {
    CptCategory.CATEGORY_I: "Category I: procedures and services",
    CptCategory.CATEGORY_II: "Category II: performance measurement, optional",
    CptCategory.CATEGORY_III: "Category III: emerging technology, temporary",
    CptCategory.PLA: "PLA: proprietary laboratory analyses",
    CptCategory.MAAA: "MAAA: multianalyte assays with algorithmic analyses",
    CptCategory.VACCINE_ADMINISTRATION: "vaccine administration",
    CptCategory.MODIFIER: "modifier",
}
_BY_LAST = {
    "F": CptCategory.CATEGORY_II,
    "T": CptCategory.CATEGORY_III,
    "U": CptCategory.PLA,
    "M": CptCategory.MAAA,
    "A": CptCategory.VACCINE_ADMINISTRATION,
}


@attrs.frozen
class CptBlock:
    """A range of CPT codes that CMS treats in one chapter of the NCCI Policy Manual.

    Args:
        chapter: The number of the chapter, such as ``3``.
        title: What the chapter is about.
        first: The first code of the range.
        last: The last one.
        is_confirmed: True where a source at hand bears the title out; the others are
            from general knowledge, not yet held against the manual, and must be shown as such.
    """

    chapter: int
    title: str
    first: str
    last: str
    is_confirmed: bool


CPT_BLOCKS = (
    CptBlock(2, "Anesthesia", "00000", "01999", is_confirmed=False),
    CptBlock(3, "Integumentary System", "10000", "19999", is_confirmed=True),
    CptBlock(4, "Musculoskeletal System", "20000", "29999", is_confirmed=False),
    CptBlock(5, "Respiratory, Cardiovascular, Hemic and Lymphatic Systems", "30000", "39999", is_confirmed=False),
    CptBlock(6, "Digestive System", "40000", "49999", is_confirmed=False),
    CptBlock(7, "Urinary, Male Genital, Female Genital, Maternity", "50000", "59999", is_confirmed=False),
    CptBlock(8, "Endocrine, Nervous, Eye and Ocular Adnexa, Auditory Systems", "60000", "69999", is_confirmed=False),
    CptBlock(9, "Radiology", "70000", "79999", is_confirmed=False),
    CptBlock(10, "Pathology and Laboratory", "80000", "89999", is_confirmed=False),
    CptBlock(11, "Medicine, Evaluation and Management", "90000", "99999", is_confirmed=False),
    CptBlock(13, "Category III Codes", "0001T", "0999T", is_confirmed=True),
)
"""The blocks, in the order of the manual; chapter 12 is HCPCS Level II."""


@attrs.frozen
class CptStructure:
    """What the form of one CPT string tells; not whether such a code exists.

    Args:
        code: The string, in the form CPT is published.
        category: What kind of code it is.
        block: The range it lies in, or None where CMS publishes none.
    """

    code: str
    category: CptCategory
    block: CptBlock | None


def classify_cpt(code: str) -> CptStructure:
    """Tell the category and block of a CPT string by its form alone.

    Args:
        code: The string, in any case, spaces around it allowed.

    Raises:
        InvalidCodeError: It has not the form of a CPT code or modifier.

    >>> classify_cpt("0042t").category
    <CptCategory.CATEGORY_III: 'category-iii'>
    """
    spelt = normalize_code(code, System.CPT)
    if len(spelt) == MODIFIER_LENGTH:
        return CptStructure(spelt, CptCategory.MODIFIER, None)
    category = _BY_LAST.get(spelt[-1], CptCategory.CATEGORY_I)
    around = (block for block in CPT_BLOCKS if block.first <= spelt <= block.last)
    blocks = (block for block in around if _letter(block.last) == _letter(spelt))
    return CptStructure(spelt, category, next(blocks, None))


def _letter(code: str) -> str:
    return code[-1] if code[-1].isalpha() else ""
