"""Decks: what they hold, and what their content hash says of it."""

from __future__ import annotations

import attrs

from codecards import Deck, build_deck
from codecards.cards.codes import code_cards


def test_a_deck_is_its_cards_in_order(cpc: Deck) -> None:
    """Siblings stand together."""
    assert list(cpc) == list(cpc.cards)
    assert len(cpc) == 2 * len(cpc.subjects)
    assert [card.kind for card in cpc.cards[:4]] == ["describe", "encode", "describe", "encode"]
    assert cpc.cards[0].tags == cpc.subjects[0].tags


def test_the_content_hash_is_the_same_on_every_machine(cpc: Deck) -> None:
    """A build elsewhere that gives another one teaches something else."""
    assert cpc.content_sha256 == build_deck("cpc").content_sha256
    assert len(cpc.content_sha256) == 64


def test_the_content_hash_changes_with_any_word_of_a_card(cpc: Deck) -> None:
    """A title, an instruction, the order."""
    first = cpc.subjects[0]
    retitled = attrs.evolve(first, title="Something else")
    stripped = attrs.evolve(first, inherited=())
    changed = {
        attrs.evolve(cpc, cards=cards).content_sha256
        for cards in (
            (*code_cards(retitled), *cpc.cards[2:]),
            (*code_cards(stripped), *cpc.cards[2:]),
            (*cpc.cards[2:], *cpc.cards[:2]),
            cpc.cards[2:],
        )
    }

    assert len(changed | {cpc.content_sha256}) == 5


def test_the_content_hash_knows_nothing_of_titles_and_files(cpc: Deck) -> None:
    """Two groups may call the same deck differently."""
    assert attrs.evolve(cpc, name="x", title="Y", description="Z").content_sha256 == cpc.content_sha256
