"""The packed form of a code set: it comes back as it was, or not at all."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from codecards import CodeSet, Guidance, GuidanceKind, Period, Source, System, read_codeset
from codecards.codesets.codeset import Row
from codecards.codesets.embedded import read_embedded
from codecards.codesets.packed import DamagedPackError, pack, unpack

SOURCE = Source("Synthetic list", "Nobody", "https://example.org/", (("list.txt", "0" * 64),))


class LongerRow(NamedTuple):
    code: str
    description: str
    short_description: str | None
    is_billable: bool
    details: str


texts = st.text(st.characters(codec="utf-8"), max_size=30)


@st.composite
def code_sets(draw: st.DrawFn) -> CodeSet:
    """Any code set of plain rows, in any order, with guidance on some of them."""
    codes = draw(st.lists(st.from_regex(r"[A-Z][0-9][0-9A-Z]{1,5}", fullmatch=True), unique=True, max_size=60))
    rows = [Row(code, draw(texts), draw(st.none() | texts), draw(st.booleans())) for code in codes]
    noted = draw(st.lists(st.sampled_from(codes), unique=True)) if codes else []
    notes = st.lists(texts, max_size=3).map(tuple)
    return CodeSet(
        system=System.ICD_10_CM,
        release="2026",
        effective=Period(date(2025, 10, 1), draw(st.none() | st.just(date(2026, 9, 30)))),
        source=SOURCE,
        rows=rows,
        guidance={code: (Guidance(GuidanceKind.NOTE, code, draw(notes)),) for code in noted},
        aliases=draw(st.sampled_from([(), ("2026-04",)])),
        is_complete=draw(st.booleans()),
    )


def packed(codeset: CodeSet) -> bytes:
    content = pack(codeset)
    assert content is not None
    return content


@given(code_sets())
def test_comes_back_as_it_was(codeset: CodeSet) -> None:
    """Rows, their order, titles with any characters, guidance, and what is known of the release."""
    back = unpack(packed(codeset))

    assert list(back) == list(codeset)
    assert [code.guidance for code in back] == [code.guidance for code in codeset]
    assert [code.children for code in back] == [code.children for code in codeset]
    assert (back.effective, back.source, back.aliases) == (codeset.effective, codeset.source, codeset.aliases)
    assert (back.system, back.release, back.is_complete) == (codeset.system, codeset.release, codeset.is_complete)


@given(code_sets(), st.data())
@settings(max_examples=30)
def test_is_not_believed_when_damaged(codeset: CodeSet, data: st.DataObject) -> None:
    """One changed bit, or a missing end, anywhere."""
    content = packed(codeset)
    place = data.draw(st.integers(0, len(content) - 1))
    flipped = bytearray(content)
    flipped[place] ^= 1 << data.draw(st.integers(0, 7))

    for damaged in (bytes(flipped), content[:place]):
        with pytest.raises(DamagedPackError):
            unpack(damaged)


def test_the_embedded_release_comes_back_as_it_was() -> None:
    """Every code, everything on it, and everything around it."""
    codeset = read_embedded()

    back = unpack(packed(codeset))

    assert list(back) == list(codeset)
    assert dict(back._guidance) == codeset._guidance
    for category in codeset.categories:
        same = back[category.code]
        assert (same.sections, same.chapter, same.children) == (category.sections, category.chapter, category.children)


def test_hcpcs_details_come_back_as_they_were(official_data: Path) -> None:
    """Dates, actions, coverage and pricing of every code and modifier."""
    codeset = read_codeset(official_data / "hcpcs" / "2019-Alpha-Numeric-HCPCS-File.zip")

    back = unpack(packed(codeset))

    assert [(code, code.hcpcs) for code in back] == [(code, code.hcpcs) for code in codeset]


def test_finds_codes_without_and_with_an_index() -> None:
    """A few codes are searched for, many are looked up; the answers are the same."""
    rows = [Row(f"A{number:03}", str(number), None, is_billable=True) for number in range(1000)]
    back = unpack(packed(codeset_of(rows)))

    for _ in range(2):
        assert [back[f"A{number:03}"].description for number in (0, 999, 256)] == ["0", "999", "256"]
        assert "A1000" not in back
        assert "A00" not in back
        assert "" not in back
        assert len(list(back)) == len(back) == 1000
    with pytest.raises(KeyError):
        back._rows["A1000"]


def test_guidance_is_a_mapping_of_the_codes_that_have_some() -> None:
    """What reads all guidance meets each code once, and no other."""
    note = (Guidance(GuidanceKind.NOTE, "A01", ("Note",)),)
    guidance = unpack(packed(codeset_of([row("A00"), row("A01")], {"A01": note})))._guidance

    assert dict(guidance) == {"A01": note}
    assert len(guidance) == 1
    for code in ("A00", "B00"):
        with pytest.raises(KeyError):
            guidance[code]


def test_sections_are_a_mapping_of_categories(icd10cm: CodeSet) -> None:
    """The sections decoded later are as many as those that were read."""
    sections = unpack(packed(icd10cm))._sections

    assert len(sections) == len(dict(sections)) == len(icd10cm.categories)


def test_what_the_format_cannot_hold_is_not_packed() -> None:
    """More columns, another part, guidance on no row, or a code that is none: nothing comes back with less."""
    plain = row("A00")

    richer = codeset_of([plain])
    richer.index = {"Diabetes": "E11"}  # type: ignore[attr-defined] # a part that another version may add

    assert pack(codeset_of([LongerRow(*plain, "more")])) is None  # type: ignore[list-item] # likewise
    assert pack(richer) is None
    assert pack(codeset_of([plain], {"A01": ()})) is None
    assert pack(codeset_of([row("A 0")])) is None


def row(code: str) -> Row:
    return Row(code, "Synthetic title", None, is_billable=True)


def codeset_of(rows: list[Row], guidance: dict[str, tuple[Guidance, ...]] | None = None) -> CodeSet:
    return CodeSet(
        system=System.ICD_10_CM,
        release="2026",
        effective=Period(date(2025, 10, 1)),
        source=SOURCE,
        rows=rows,
        guidance=guidance,
    )
