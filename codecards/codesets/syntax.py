"""Recognise and normalise code strings: what a code may look like, not whether it exists."""

import re

from codecards.codesets.system import System
from codecards.errors import InvalidCodeError

__all__ = ["CATEGORY_LENGTH", "FULL_LENGTH", "MODIFIER_LENGTH", "dotted", "has_shape", "normalize_code", "undotted"]

# ICD-10-CM Guidelines FY2026, I.A.2 and I.A.5.
CATEGORY_LENGTH = 3
FULL_LENGTH = 7
# HCPCS and CPT: no code is as short as a modifier.
MODIFIER_LENGTH = 2

# ICD-10-CM Guidelines FY2026, I.A.2: categories are 3 characters, codes 3 to 7, each a letter or a
# number. The look-ahead asks for one digit, which every code has and hardly any English word does.
# ICD-10-PCS Guidelines A1-A2: seven of 34 values, no I and no O; a table is named by the first three.
# HCPCS: "A to V range", README of the CMS quarterly file; modifiers: a letter and a letter or digit, record layout.
# CPT: five digits, or four and a category letter; modifiers: two digits, P1-P6 (anesthesia), 1P-3P, 8P (Category II).
_SHAPES = {
    System.ICD_10_CM: (
        re.compile(r"(?=.*[0-9])[A-Z][0-9A-Z]{2}(?:\.?[0-9A-Z]{1,4})?"),
        "three to seven letters or digits, a letter first, a digit among them, a dot behind the third, such as E11.9",
    ),
    System.ICD_10_PCS: (
        re.compile(r"[0-9A-HJ-NP-Z]{3}(?:[0-9A-HJ-NP-Z]{4})?"),
        "seven letters or digits without I and O, such as 0DTJ4ZZ, or the three of a table",
    ),
    System.HCPCS: (
        re.compile(r"[A-V][0-9]{4}|[A-Z][0-9A-Z]"),
        "a letter A to V and four digits, such as E0100, or the two characters of a modifier, such as LT",
    ),
    System.CPT: (
        re.compile(r"[0-9]{4}[0-9FTUMA]|[0-9]{2}|P[1-6]|[1238]P"),
        "five digits, or four and one of F, T, U, M, A, or the two characters of a modifier",
    ),
}


def has_shape(code: str, system: System) -> bool:
    """Return whether `code`, in the form its system publishes, can be one of its codes or modifiers.

    >>> has_shape("E119", System.ICD_10_CM), has_shape("e11.9 ", System.ICD_10_CM)
    (True, False)
    """
    return code.isascii() and _SHAPES[system][0].fullmatch(code) is not None


def undotted(code: str) -> str:
    """Return a code as claims and order files carry it: upper case, no dot.

    >>> undotted(" e11.9 ")
    'E119'
    """
    return code.strip().upper().replace(".", "")


def dotted(code: str) -> str:
    """Return an undotted ICD-10-CM code as the tabular list prints it.

    >>> dotted("E119"), dotted("I10")
    ('E11.9', 'I10')
    """
    category, rest = code[:CATEGORY_LENGTH], code[CATEGORY_LENGTH:]
    return f"{category}.{rest}" if rest else category


def normalize_code(code: str, system: System | str) -> str:
    """Return `code` in the form its system publishes, whether or not it exists.

    Args:
        code: The code in any case, with or without its dot, spaces around it allowed.
        system: The coding system, or its name.

    Raises:
        InvalidCodeError: The string cannot be a code of that system.

    >>> normalize_code("e119", "icd-10-cm")
    'E11.9'
    """
    system = System.parse(system)
    text = code.strip().upper()
    shape, words = _SHAPES[system]
    if not text:
        msg = f"an empty string is not a code; a code of {system.label} is {words}"
        raise InvalidCodeError(msg)
    if not code.isascii() or not shape.fullmatch(text):  # a dotless i would become a capital I
        msg = f"{_quoted(code)} is not shaped like a code of {system.label}: {words}"
        raise InvalidCodeError(msg)
    return dotted(undotted(text)) if system is System.ICD_10_CM else text


def _quoted(text: str, limit: int = 40) -> str:
    """Quote a stranger's text for a message of one line."""
    return repr(text if len(text) <= limit else f"{text[:limit]}…")
