"""The face of a code note: safe HTML, everything on it, and colours that can be read."""

from __future__ import annotations

from html.parser import HTMLParser
import re

import attrs
from hypothesis import given
from hypothesis import strategies as st
import pytest

from codecards import CardKind, CodeSet, Guidance, GuidanceKind, SeventhCharacter, Subject, System
from codecards.cards.codes import code_subject
from codecards.faces.code_note import FIELDS, CodeFace, style, template

HOSTILE = '<script>alert("x")</script> & {{Code}} <img src=x onerror=alert(1)>'


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def _parse(html: str) -> _Tags:
    parser = _Tags()
    parser.feed(html)
    return parser


@pytest.fixture(scope="module")
def subject(icd10cm: CodeSet) -> Subject:
    return code_subject(icd10cm["S72.001A"])


def test_the_fields_are_those_of_the_note_type_in_order(subject: Subject) -> None:
    """Anki knows them by place."""
    assert tuple(CodeFace().fields(subject)) == FIELDS
    assert FIELDS[:2] == ("Code", "Title")


def test_everything_a_learner_needs_is_on_it(subject: Subject) -> None:
    """Title, status, path, the 7th character chosen, guidance near, the rest folded, edition and source."""
    fields = CodeFace().fields(subject)

    assert (
        fields["Title"] == "Fracture of unspecified part of neck of right femur, initial encounter for closed fracture"
    )
    assert "Billable" in fields["Status"]
    assert [part in fields["Place"] for part in ("Chapter 19", "S70-S79", "S72.001")] == [True] * 3
    assert "A = initial encounter for closed fracture" in fields["Guidance"]
    assert "Excludes1" in fields["Guidance"]
    assert "Chapter 19" in fields["More"]
    assert fields["Release"] == "2026"
    assert "CDC/NCHS" in fields["Source"]


def test_a_header_says_that_it_needs_more(icd10cm: CodeSet) -> None:
    """And shows which 7th characters it may take."""
    fields = CodeFace().fields(code_subject(icd10cm["S72"]))

    assert "needs more characters" in fields["Status"]
    assert "choose one" in fields["Guidance"]


def test_long_instructions_are_folded_or_named(icd10cm: CodeSet) -> None:
    """A card is not the book."""
    own = CodeFace().fields(code_subject(icd10cm["K43.6"]))["Guidance"]
    far = CodeFace().fields(code_subject(icd10cm["V43.52XA"]))["More"]

    assert re.search(r"<details class=\"g inclusion-term\"><summary>Inclusion terms <i></i> · \d+ lines", own)
    assert "27 lines to read in the tabular list itself" in far


def test_what_must_come_first_is_named_on_the_open_part(icd10cm: CodeSet) -> None:
    """A list too long to show is folded under its name, never hidden among what stands far above."""
    guidance = CodeFace().fields(code_subject(icd10cm["R65.20"]))["Guidance"]

    assert "Code first" in guidance
    assert "Use additional code" in guidance
    assert re.search(r"<details class=\"g code-first\"><summary>Code first <i>[^<]*at R65.2</i> · \d+ lines", guidance)


def test_a_note_that_continues_its_label_loses_the_comma(icd10cm: CodeSet) -> None:
    """Below the label it would stand alone."""
    guidance = CodeFace().fields(code_subject(icd10cm["I21.A1"]))["Guidance"]

    assert ">, if" not in guidance


def test_a_header_is_not_taken_for_a_row_of_its_table(icd10cm: CodeSet) -> None:
    """H40.11 ends in a 1 that is no 7th character."""
    assert "choose one" in CodeFace().fields(code_subject(icd10cm["H40.11"]))["Guidance"]


def test_a_line_that_leads_in_is_set_apart(icd10cm: CodeSet) -> None:
    """The lines after it are its items."""
    assert "class=lead" in CodeFace().fields(code_subject(icd10cm["T36.0X1A"]))["Guidance"]


def test_notes_inside_a_seventh_character_table_are_shown(icd10cm: CodeSet) -> None:
    """They belong to their row."""
    assert (
        "<i>initial encounter for open fracture NOS</i>"
        in CodeFace().fields(code_subject(icd10cm["S52.001B"]))["Guidance"]
    )


def test_a_subject_without_place_or_guidance_is_shown_without() -> None:
    """Nothing is left hanging."""
    bare = Subject(
        id="hcpcs:E0100",
        system=System.HCPCS,
        release="2026-07",
        code="E0100",
        title="Synthetic title",
        is_billable=True,
        path=(),
        guidance=(),
        inherited=(),
        tags=(),
        source="Nowhere",
    )
    fields = CodeFace().fields(bare)

    assert (fields["Place"], fields["Guidance"], fields["More"]) == ("", "", "")


@given(st.text(max_size=40) | st.just(HOSTILE))
def test_text_from_outside_stays_text(subject: Subject, text: str) -> None:
    """No tag, no attribute and no template of a stranger's reaches the card."""
    hostile = attrs.evolve(
        subject,
        title=text,
        source=text,
        path=(attrs.evolve(subject.path[0], title=text),),
        guidance=(
            Guidance(GuidanceKind.NOTE, text, (text,)),
            Guidance(GuidanceKind.SEVENTH_CHARACTER, text, (), (SeventhCharacter("A", text, (text,)),)),
        ),
        inherited=(Guidance(GuidanceKind.NOTE, text, (text, text + ":")),),
    )
    parsed = _parse("".join(CodeFace().fields(hostile).values()))

    assert parsed.seen <= {"b", "details", "div", "h3", "i", "li", "mark", "ol", "span", "summary", "ul"}
    assert parsed.attributes <= {"class"}


@pytest.mark.parametrize("kind", list(CardKind))
def test_templates_use_only_fields_that_exist(kind: CardKind) -> None:
    """Anki shows an error on the card otherwise."""
    for side in template(kind):
        used = {name.removeprefix("type:") for name in re.findall(r"{{[#^/]?([^}]+)}}", side)}
        assert used <= set(FIELDS)


@pytest.mark.parametrize("kind", list(CardKind))
def test_no_front_gives_the_answer_away(kind: CardKind) -> None:
    """It shows neither the other side nor anything of the back."""
    front, _ = template(kind)
    shown = set(re.findall(r"{{([^}]+)}}", front))

    assert shown == ({"System", "Code"} if kind is CardKind.DESCRIBE else {"System", "Title", "type:Code"})


def test_the_style_asks_for_nothing_from_outside() -> None:
    """Cards work offline, and tell nobody that they are studied."""
    assert not re.search(r"url\(|@import|https?:", style())


@pytest.mark.parametrize("mode", ["light", "night"])
def test_every_colour_can_be_read(mode: str) -> None:
    """4.5 to 1 at least: WCAG 2.2, 1.4.3, level AA."""
    light, night = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block)) for block in _palettes())
    palette = light | (night if mode == "night" else {})
    pairs = [("ink", "sheet"), ("ink", "page"), ("soft", "sheet"), ("accent", "sheet"), ("accent", "accent-wash")]
    for name in ("stop", "care", "do", "also", "accent"):
        pairs += [(name, f"{name}-wash"), ("ink", f"{name}-wash"), ("soft", f"{name}-wash")]

    contrasts = {(text, ground): _contrast(palette[text], palette[ground]) for text, ground in pairs}

    assert {pair: contrast for pair, contrast in contrasts.items() if contrast < 4.5} == {}


def _palettes() -> list[str]:
    blocks = re.findall(r"{([^}]*--page:[^}]*)}", style())
    assert len(blocks) == 2
    return blocks


def _contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
