"""Cards as Anki itself renders them, as pages that a browser can open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

from codecards import Deck, export_deck

CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--virtual-time-budget=4000",
)
MODES = {"light": "card", "night": "card nightMode night_mode"}
"""The classes that Anki gives the body of a card."""


def rendered_sides(deck: Deck, codes: Iterable[str], folder: Path) -> Iterator[tuple[str, str, str, str]]:
    """Import `deck` into an empty collection in `folder`; yield code, template, side and HTML of each side."""
    export_deck(deck, folder / "deck.apkg")
    collection = Collection(str(folder / "collection.anki2"))
    options = ImportAnkiPackageOptions()
    collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(folder / "deck.apkg"), options=options))
    for code in codes:
        for number in collection.find_cards(f'"Code:{code}"'):
            card = collection.get_card(number)
            output = card.render_output()
            typed = {
                "front": '<input type="text" id="typeans">',
                "back": f'<div><code id="typeans">{code}</code></div>',  # as Anki shows it when nothing was typed
            }
            for side, html in (("front", output.question_text), ("back", output.answer_text)):
                shown = html.replace("[[type:Code]]", typed[side])
                yield code, str(card.template()["name"]), side, f"<style>{output.css}</style>{shown}"
    collection.close()


def page(html: str, mode: str) -> str:
    """Return a whole page around one side of a card, with the classes that Anki sets in that mode."""
    viewport = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    return f'<!doctype html><html><head>{viewport}</head><body class="{MODES[mode]}">{html}</body></html>'
