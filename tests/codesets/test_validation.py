"""Why a code is wrong: every kind of fault, and the way out that each verdict names."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
import pytest

from codecards import CodeSet, System, Verdict, VerdictKind, judge_code, validate_code
from made_codesets import codes_only_2027, installed, made_codeset


@pytest.fixture(scope="module")
def cm_2027(official_data: Path) -> CodeSet:
    """The official FY2027 codes file: billable codes only."""
    return codes_only_2027(official_data)


@pytest.fixture(scope="module")
def hcpcs() -> CodeSet:
    """Three HCPCS codes, one of them ended."""
    rows = [("A0100", "Taxi", True), ("E0100", "Cane", True), ("E0999", "Old chair", False)]
    return made_codeset(rows, system=System.HCPCS, release="2026-07")


@pytest.fixture(scope="module")
def pcs() -> CodeSet:
    """One table of ICD-10-PCS with three codes."""
    rows = [("0DT", "Resection", False), *((f"0DTJ{end}", end, True) for end in ("0ZZ", "4ZZ", "7ZZ"))]
    return made_codeset(rows, system=System.ICD_10_PCS)


def _suggested(verdict: Verdict) -> list[str]:
    return [code.code for code in verdict.suggestions]


@pytest.mark.parametrize(
    ("code", "kind", "message", "suggested"),
    [
        ("e119", "valid", "is billable in ICD-10-CM 2026", ["E11.9"]),
        (
            "E11.2",
            "header",
            "a 5th character; choose from E11.21, E11.22, E11.29",
            ["E11.21", "E11.22", "E11.29"],
        ),
        ("L10", "header", "L10 is a header: it needs a 4th to 5th character; choose from L10.0", None),
        ("W08", "missing-seventh-character", "with placeholders as in W08.XXXA: A (initial encounter), D (", None),
        ("S72.001", "missing-seventh-character", "C (initial encounter for open fracture type IIIA, IIIB, ", None),
        ("M1A.00X", "missing-seventh-character", "M1A.00X needs a 7th character: 0 (", ["M1A.00X0", "M1A.00X1"]),
        ("W08.XXXZ", "impossible-seventh-character", "Z is no 7th character of W08.XXX; choose from A (", None),
        ("T36.01A", "missing-placeholder", "T36.01A lacks the placeholder X; meant may be T36.0X1A", ["T36.0X1A"]),
        ("W08.A", "missing-placeholder", "meant may be W08.XXXA", ["W08.XXXA"]),
        ("T36.01", "missing-placeholder", "meant may be T36.0X1, which needs more characters itself", ["T36.0X1"]),
        ("W08.1XXA", "missing-placeholder", "has other characters where placeholders X belong", ["W08.XXXA"]),
        ("E11.9XXA", "too-long", "is too long: E11.9 Type 2 diabetes mellitus without complications is", ["E11.9"]),
        (
            "A00.5",
            "unknown",
            "of ICD-10-CM 2026; nearest are A00.0, A00.1, A00.9",
            ["A00.0", "A00.1", "A00.9"],
        ),
        ("ZZ9", "unknown", "nor is there a category ZZ9", []),
        ("EII.9", "unknown", "meant may be E11.9", ["E11.9"]),
        ("1I0", "impossible-format", "meant may be I10", ["I10"]),
        ("99213", "impossible-format", "it has the shape of CPT", []),
        ("S72.001AA", "impossible-format", "is not shaped like a code of ICD-10-CM", []),
        ("", "impossible-format", "an empty string is not a code", []),
    ],
)
def test_tells_what_is_wrong_in_icd10cm(
    icd10cm: CodeSet, code: str, kind: str, message: str, suggested: list[str] | None
) -> None:
    """Each fault by its kind, in one line, with what may be meant."""
    verdict = judge_code(code, icd10cm)

    assert verdict.kind == kind
    assert message in verdict.message
    assert verdict.is_valid is (kind == "valid")
    assert suggested is None or _suggested(verdict) == suggested


def test_every_seventh_character_is_offered(icd10cm: CodeSet) -> None:
    """All sixteen of a fracture, each with the code it completes."""
    verdict = judge_code("S72.001Z", icd10cm)

    assert [code[-1] for code in _suggested(verdict)] == list("ABCDEFGHJKMNPQRS")
    assert verdict.suggestions == judge_code("S72.001", icd10cm).suggestions


def test_header_of_a_table_without_headers(cm_2027: CodeSet, icd10cm: CodeSet) -> None:
    """A list of billable codes gives the same verdicts, from what codes begin with."""
    verdict = judge_code("I42.0", cm_2027, history=[icd10cm])

    assert verdict.message == (
        "I42.0 is a header: it needs a 5th character; choose from I42.00, I42.01, I42.09; "
        "it was billable itself until 2026-09-30"
    )
    assert judge_code("S72.001", cm_2027).kind is VerdictKind.MISSING_SEVENTH_CHARACTER
    assert judge_code("S72.001Z", cm_2027).kind is VerdictKind.IMPOSSIBLE_SEVENTH_CHARACTER
    assert _suggested(judge_code("T36.01", cm_2027)) == ["T36.0X1A", "T36.0X1D", "T36.0X1S"]
    assert judge_code("E11", cm_2027).message.endswith("E11.311 and 79 more")


def test_retired_since_when_and_what_to_use(order_file_2025: CodeSet, icd10cm: CodeSet, cm_2027: CodeSet) -> None:
    """Dates of the releases; successors as in the official conversion table."""
    verdict = judge_code("s30.1xxa", icd10cm, history=[cm_2027, order_file_2025])
    assert verdict.kind is VerdictKind.RETIRED
    assert "is retired since 2025-10-01 (last in ICD-10-CM 2025); use now: S30.11XA" in verdict.message
    assert _suggested(verdict) == ["S30.11XA", "S30.12XA", "S30.13XA"]


def test_dates_are_bounds_where_a_release_is_missing() -> None:
    """What is between two releases that do not follow each other is not known."""
    old = made_codeset([("A10", "Fevers", False), ("A10.1", "Red fever", True)], release="2024")
    new = made_codeset([("A10", "Fevers", False), ("A10.2", "Blue fever", True)], release="2026")

    assert judge_code("A10.1", new, history=[old]).message == (
        "A10.1 is retired since 2025-10-01 at the latest (last in ICD-10-CM 2024); "
        "use now: A10.2 (new codes under the same header)"
    )
    assert "from 2025-10-01 on at the latest" in judge_code("A10.2", old, history=[new]).message


def test_successors_of_a_retired_code_may_be_none_or_official() -> None:
    """Nothing is made up; the conversion table is believed."""
    old = made_codeset([("S23.420A", "Sprain", True), ("S23.421A", "Other sprain", True)], release="2026")
    new = made_codeset([("S23.421A", "Other sprain", True)], release="2027")
    table = {"S23420A": ("S23421A",)}

    assert judge_code("S23.420A", new, history=[old]).message.endswith("; no successor is known")
    verdict = judge_code("S23.420A", new, history=[old], conversions=table)
    assert verdict.message.endswith("use now: S23.421A (the official conversion table says so)")
    assert _suggested(verdict) == ["S23.421A"]


def test_not_yet_effective_from_which_day(order_file_2025: CodeSet, icd10cm: CodeSet, cm_2027: CodeSet) -> None:
    """The day a later release begins; a bound where one in between is missing."""
    verdict = judge_code("I42.00", icd10cm, history=[order_file_2025, cm_2027])
    assert verdict.kind is VerdictKind.NOT_YET_EFFECTIVE
    assert verdict.message.endswith("it is valid from 2026-10-01 on (release 2027)")
    assert verdict.suggestions[0].release == "2027"


def test_right_in_another_system(icd10cm: CodeSet, hcpcs: CodeSet, pcs: CodeSet) -> None:
    """Whether or not the string has the shape of this one."""
    verdict = judge_code("E0100", icd10cm, others=[hcpcs, pcs])
    assert verdict.kind is VerdictKind.OTHER_SYSTEM
    assert verdict.message == "E0100 is no code of ICD-10-CM 2026, but of HCPCS Level II 2026-07: E0100 Cane"

    assert _suggested(judge_code("0dtj4zz", icd10cm, others=[hcpcs, pcs])) == ["0DTJ4ZZ"]
    assert judge_code("A00.1", hcpcs, others=[icd10cm]).suggestions == (icd10cm["A00.1"],)
    # Typhoid fever and a taxi: the system that was asked for decides.
    assert judge_code("A0100", icd10cm, others=[hcpcs]).is_valid
    assert judge_code("A0100", hcpcs, others=[icd10cm]).is_valid


def test_faults_in_the_other_systems(hcpcs: CodeSet, pcs: CodeSet) -> None:
    """Tables, near codes, ended codes, an O for a 0."""
    assert "0DT is a table: it needs four more characters" in judge_code("0DT", pcs).message
    assert _suggested(judge_code("0DTJ4ZX", pcs)) == ["0DTJ4ZZ"]
    assert _suggested(judge_code("ODTJ4ZZ", pcs)) == ["0DTJ4ZZ"]
    assert judge_code("E0999", hcpcs).kind is VerdictKind.RETIRED
    assert judge_code("E9999", hcpcs).message == "E9999 is not a code of HCPCS Level II 2026-07"
    assert _suggested(judge_code("EO100", hcpcs)) == ["E0100"]


@given(st.text(max_size=12))
def test_any_text_has_a_verdict_in_one_line(hcpcs: CodeSet, pcs: CodeSet, text: str) -> None:
    """Nothing raises, and a code is valid exactly where the release holds it as billable."""
    for codeset in (hcpcs, pcs):
        verdict = judge_code(text, codeset, others=[hcpcs, pcs])

        assert len(verdict.message.splitlines()) == 1
        found = codeset.get(text)
        assert verdict.is_valid is (found is not None and found.is_billable)


def test_every_code_of_a_release_is_valid_or_a_header(icd10cm: CodeSet) -> None:
    """Never unknown, whatever its shape; a sample over the whole book."""
    for code in list(icd10cm)[::500]:
        verdict = judge_code(code.code.lower(), icd10cm)

        assert verdict.is_valid is code.is_billable
        assert verdict.is_valid or verdict.kind in (VerdictKind.HEADER, VerdictKind.MISSING_SEVENTH_CHARACTER)


def test_every_seventh_character_code_survives_losing_its_placeholders(icd10cm: CodeSet) -> None:
    """A code stripped of its placeholders is recognised, and the code itself is among what may be meant."""
    for code in [code for code in icd10cm.billable if "X" in code.code[3:-1]][::400]:
        stripped = code.code[0] + code.code[1:-1].replace("X", "") + code.code[-1]
        verdict = judge_code(stripped, icd10cm)

        assert verdict.kind is VerdictKind.MISSING_PLACEHOLDER
        assert code in verdict.suggestions


def test_validate_code_reads_the_library(monkeypatch: pytest.MonkeyPatch, hcpcs: CodeSet, pcs: CodeSet) -> None:
    """The release in force on the day decides; the others on this machine explain."""
    old = made_codeset([("A10", "Fever", True)], release="2025")
    new = made_codeset([("A11", "Cough", True)], release="2026")
    sets = (old, new, hcpcs, pcs)
    loaded: list[CodeSet] = []

    def load(system: str, release: str | None = None, *, on: date | None = None) -> CodeSet:
        found = [
            item
            for item in sets
            if item.system == system and release in (None, item.release) and (on is None or on in item.effective)
        ]
        loaded.append(found[-1])
        return found[-1]

    monkeypatch.setattr("codecards.codesets.library.load_codeset", load)
    monkeypatch.setattr("codecards.codesets.library.installed_releases", lambda: installed(*sets))

    assert validate_code("A10", "icd-10-cm", on=date(2025, 1, 1)).is_valid
    assert loaded == [old], "nothing else is loaded for a valid code"
    assert validate_code("A10", "icd-10-cm", on=date(2026, 8, 1)).kind is VerdictKind.RETIRED
    assert validate_code("A11", "icd-10-cm", release="2025").kind is VerdictKind.NOT_YET_EFFECTIVE
    assert validate_code("E0100", "icd-10-cm").kind is VerdictKind.OTHER_SYSTEM
    assert validate_code("E0100", "icd-10-cm", on=date(2025, 1, 1)).kind is VerdictKind.UNKNOWN
