"""What a code may look like."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
import pytest

from codecards import System, normalize_code
from codecards.codesets.system import UnknownSystemError
from codecards.errors import InvalidCodeError


@pytest.mark.parametrize(
    ("code", "system", "normal"),
    [
        ("e119", "icd-10-cm", "E11.9"),
        (" S72.001a ", "icd-10-cm", "S72.001A"),
        ("i10", "icd-10-cm", "I10"),
        ("qa0", "icd-10-cm", "QA0"),
        ("0dtj4zz", "icd-10-pcs", "0DTJ4ZZ"),
        ("0dt", "icd-10-pcs", "0DT"),
        ("e0100", "hcpcs", "E0100"),
        ("0001u", "cpt", "0001U"),
    ],
)
def test_codes_are_normalised_to_their_published_form(code: str, system: str, normal: str) -> None:
    """Each system in its own way."""
    assert normalize_code(code, system) == normal


@pytest.mark.parametrize(
    ("code", "system", "reason"),
    [
        ("", "icd-10-cm", "an empty string is not a code"),
        ("hello", "icd-10-cm", "'hello' is not shaped like a code of ICD-10-CM"),
        ("E1", "icd-10-cm", "such as E11.9"),
        ("E11.99999", "icd-10-cm", "not shaped like"),
        ("0DTI4ZZ", "icd-10-pcs", "without I and O"),
        ("W0000", "hcpcs", "a letter A to V"),
        ("1234", "cpt", "five digits"),
        ("x" * 500, "icd-10-cm", "…"),
    ],
)
def test_what_cannot_be_a_code_is_refused(code: str, system: str, reason: str) -> None:
    """With the shape it should have."""
    with pytest.raises(InvalidCodeError) as caught:
        normalize_code(code, system)

    assert reason in str(caught.value)
    assert len(str(caught.value)) < 250


@given(st.from_regex(r"[A-Z][0-9][0-9AB](\.[0-9A-Z]{1,4})?", fullmatch=True))
def test_normalising_twice_changes_nothing(code: str) -> None:
    """A normal form is one."""
    assert normalize_code(normalize_code(code.lower(), System.ICD_10_CM), "icd-10-cm") == code


def test_an_unknown_system_is_refused_with_the_known_ones() -> None:
    """The names on the command line are those in the message."""
    with pytest.raises(UnknownSystemError, match="choose from icd-10-cm, icd-10-pcs, hcpcs, cpt"):
        normalize_code("E11.9", "icd-9")


def test_a_system_prints_as_its_publisher_writes_it() -> None:
    """And parses in any case."""
    assert System.parse(" HCPCS ").label == "HCPCS Level II"
