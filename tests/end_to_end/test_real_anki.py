"""The decks in a real Anki: imported, rendered, studied, updated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path
import re
from typing import Any

from anki.cards import CardId
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest, ImportLogWithChanges
from anki.scheduler.v3 import CardAnswer, Scheduler
import attrs
import pytest

from codecards import Deck, build_deck, export_deck
from codecards.cards.codes import code_cards
from codecards.exporters.anki import note_guid


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Collection]:
    """An empty collection of a learner."""
    opened = Collection(str(tmp_path / "collection.anki2"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def package(cpc: Deck, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _export(cpc, tmp_path_factory.mktemp("cpc"))


def test_every_note_arrives_with_two_cards(collection: Collection, package: Path, cpc: Deck) -> None:
    """None skipped, none duplicated, new cards in the order of the deck, the database sound."""
    log = _import(collection, package)

    assert (len(log.new), log.found_notes) == (len(cpc.subjects), len(cpc.subjects))
    assert _trouble(log) == {}
    assert collection.note_count() == len(cpc.subjects)
    assert collection.card_count() == 2 * len(cpc.subjects)
    assert _new_cards_in_order(collection) == [subject.code for subject in cpc.subjects for _ in range(2)]
    assert _is_sound(collection)


def test_each_deck_keeps_its_own_order(collection: Collection, package: Path, cpc: Deck, tmp_path: Path) -> None:
    """Also where another one, with some of its notes, is there already."""
    essentials = build_deck("icd-10-cm-essentials")
    _import(collection, package)
    log = _import(collection, _export(essentials, tmp_path))
    before = {subject.code for subject in cpc.subjects}
    added = [subject.code for subject in essentials.subjects if subject.code not in before]
    order = list(dict.fromkeys(_new_cards_in_order(collection)))

    assert len(log.new) == len(added)
    assert [code for code in order if code not in before] == added
    assert [code for code in order if code in before] == [subject.code for subject in cpc.subjects]


def test_every_card_renders_without_an_error(collection: Collection, package: Path, cpc: Deck) -> None:
    """By Anki itself; the answer is never on the question."""
    _import(collection, package)
    by_code = {subject.code: subject for subject in cpc.subjects}
    for number in collection.find_cards(""):
        card = collection.get_card(number)
        output = card.render_output()
        subject = by_code[card.note()["Code"]]
        question, answer = _text(output.question_text), _text(output.answer_text)
        asked, sought = (subject.code, subject.title) if card.ord == 0 else (subject.title, subject.code)

        assert asked in question
        assert sought not in question.replace(asked, "")
        assert sought in answer
        assert "{{" not in answer
        assert "unknown field" not in answer.lower()
    assert collection.get_empty_cards().notes == []


def test_the_answer_can_be_typed(collection: Collection, package: Path) -> None:
    """On the cards that ask for a code, and only there."""
    _import(collection, package)
    cards = [collection.get_card(number) for number in collection.find_cards("")]
    asks = {card.ord: "[[type:Code]]" in card.question() for card in cards}
    shown = collection.compare_answer("E11.9", "E11.9")

    assert asks == {0: False, 1: True}
    assert "typeGood" in shown


def test_tags_are_hierarchical(collection: Collection, package: Path) -> None:
    """Anki shows them as a tree."""
    _import(collection, package)

    assert collection.find_notes("tag:icd-10-cm::chapter::04")
    assert collection.find_notes("tag:icd-10-cm::category::E11") == collection.find_notes('"Code:E11.*"')


@pytest.mark.parametrize("with_scheduling", [False, True])
def test_importing_again_changes_nothing(collection: Collection, package: Path, *, with_scheduling: bool) -> None:
    """Not even a modification time."""
    _import(collection, package)
    before = _everything(collection)
    log = _import(collection, package, with_scheduling=with_scheduling)

    assert (len(log.new), len(log.updated)) == (0, 0)
    assert _everything(collection) == before


def test_an_overlapping_deck_duplicates_blanks_and_moves_nothing(
    collection: Collection, package: Path, tmp_path: Path
) -> None:
    """All of ICD-10-CM first, then the deck for the CPC over it: 74,719 notes, as many as before."""
    log = _import(collection, _export(build_deck("icd-10-cm"), tmp_path))
    assert len(log.new) == 74_719
    assert _trouble(log) == {}
    before = _everything(collection)
    log = _import(collection, package)

    assert len(log.new) == 0
    assert _everything(collection) == before
    assert (collection.note_count(), collection.card_count()) == (74_719, 149_438)
    assert collection.get_empty_cards().notes == []
    assert _is_sound(collection)


def test_a_revised_deck_updates_its_notes_and_leaves_progress_alone(
    collection: Collection, package: Path, cpc: Deck, tmp_path: Path
) -> None:
    """The promise that everything here is for."""
    _import(collection, package)
    _study(collection, answers=12)
    studied = _progress(collection)
    assert any(reps for _, reps, *_ in studied)
    first = cpc.subjects[0]
    retitled = attrs.evolve(first, title="A title of next year")
    revised = attrs.evolve(cpc, cards=(*code_cards(retitled), *cpc.cards[2:]), revised=date(2026, 11, 23))

    log = _import(collection, _export(revised, tmp_path))

    assert len(log.updated) == len(cpc.subjects)
    assert len(log.new) == 0
    assert _note(collection, note_guid(first))["Title"] == "A title of next year"
    assert _progress(collection) == studied
    assert collection.card_count() == 2 * len(cpc.subjects)
    assert _is_sound(collection)


def test_a_deck_of_the_same_day_does_not_update(
    collection: Collection, package: Path, cpc: Deck, tmp_path: Path
) -> None:
    """Anki goes by the time: whoever changes a recipe moves its `revised`."""
    _import(collection, package)
    retitled = attrs.evolve(cpc.subjects[0], title="Changed in secret")
    changed = attrs.evolve(cpc, cards=(*code_cards(retitled), *cpc.cards[2:]))

    log = _import(collection, _export(changed, tmp_path))

    assert len(log.updated) == 0


def _export(deck: Deck, folder: Path) -> Path:
    path = folder / f"{deck.name}.apkg"
    export_deck(deck, path)
    return path


def _import(collection: Collection, path: Path, *, with_scheduling: bool = False) -> ImportLogWithChanges.Log:
    options = ImportAnkiPackageOptions(with_scheduling=with_scheduling)
    return collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(path), options=options)).log


def _trouble(log: ImportLogWithChanges.Log) -> dict[str, int]:
    names = ("conflicting", "first_field_match", "missing_notetype", "missing_deck", "empty_first_field", "duplicate")
    return {name: len(getattr(log, name)) for name in names if len(getattr(log, name))}


def _is_sound(collection: Collection) -> bool:
    report, fine = collection.fix_integrity()
    return fine and report == "Database rebuilt and optimized."


def _new_cards_in_order(collection: Collection) -> list[str]:
    query = "SELECT n.sfld FROM cards c JOIN notes n ON n.id = c.nid WHERE c.type = 0 ORDER BY c.due, c.ord"
    return [code for (code,) in _rows(collection, query)]


def _everything(collection: Collection) -> list[Any]:
    return [
        *_rows(collection, "SELECT id, guid, mid, mod, tags, flds FROM notes ORDER BY id"),
        *_rows(collection, "SELECT id, nid, did, ord, mod, type, queue, due, ivl, reps FROM cards ORDER BY id"),
    ]


def _progress(collection: Collection) -> list[Any]:
    return _rows(collection, "SELECT id, reps, lapses, type, queue, due, ivl, factor, did FROM cards ORDER BY id")


def _rows(collection: Collection, query: str, *arguments: str) -> list[Any]:
    assert collection.db is not None
    return list(collection.db.all(query, *arguments))


def _study(collection: Collection, answers: int) -> None:
    deck = collection.decks.id_for_name("CPC")
    assert deck is not None
    collection.decks.select(deck)
    scheduler = collection.sched
    assert isinstance(scheduler, Scheduler)
    for _ in range(answers):
        queued = scheduler.get_queued_cards(fetch_limit=1).cards[0]
        card = collection.get_card(CardId(queued.card.id))
        card.start_timer()
        scheduler.answer_card(scheduler.build_answer(card=card, states=queued.states, rating=CardAnswer.GOOD))


def _note(collection: Collection, guid: str) -> dict[str, str]:
    ((number,),) = _rows(collection, "SELECT id FROM notes WHERE guid = ?", guid)
    return dict(collection.get_note(number).items())


def _text(html: str) -> str:
    return unescape(re.sub(r"<style>.*?</style>|<[^>]+>", "", html, flags=re.DOTALL))
