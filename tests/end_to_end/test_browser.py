"""Cards in a real browser, as Anki renders them: nothing runs over the edge, by day, by night, on a phone."""

from __future__ import annotations

from html import escape
import json
import re
import subprocess
from typing import Any

import pytest

from codecards import Deck
from rendered import CHROMIUM_FLAGS, MODES, page, rendered_sides

WIDTHS = (320, 390, 1200)
# Chromium opens no window narrower than 500 pixels, so each card stands in a frame of its own width.
MEASURE = """
<pre id="measured"></pre><script>
window.onload = () => {
  const frames = [...document.querySelectorAll("iframe")];
  document.getElementById("measured").textContent = JSON.stringify(frames.map(frame => {
    const page = frame.contentDocument, style = frame.contentWindow.getComputedStyle(page.body);
    page.querySelectorAll("details").forEach(item => item.open = true);
    return {name: frame.title, width: frame.clientWidth, needs: page.documentElement.scrollWidth,
            height: page.body.scrollHeight, ground: style.backgroundColor, ink: style.color};
  }));
};
</script>
"""


@pytest.fixture(scope="module")
def measured(cpc: Deck, chromium: str, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What Chromium says of both sides of some cards, in each mode, at each width, all folds open."""
    folder = tmp_path_factory.mktemp("browser")
    frames = [
        f'<iframe title="{code} {template} {side} {mode}" width="{width}" height="900" frameborder="0"'
        f' srcdoc="{escape(page(html, mode))}"></iframe>'
        for code, template, side, html in rendered_sides(cpc, ("E11.9", "S72.001A", "L89.154"), folder)
        for mode in MODES
        for width in WIDTHS
    ]
    path = folder / "cards.html"
    path.write_text(f'<!doctype html><meta charset="utf-8">{"".join(frames)}{MEASURE}', "utf-8")
    command = [chromium, *CHROMIUM_FLAGS, f"--user-data-dir={folder / 'profile'}", "--dump-dom", path.as_uri()]
    dumped = subprocess.run(command, capture_output=True, text=True, check=True, timeout=240).stdout
    found = re.search(r'<pre id="measured">(.*?)</pre>', dumped, re.DOTALL)
    assert found, dumped[-500:]
    sides: list[dict[str, Any]] = json.loads(found.group(1))
    assert len(sides) == len(frames) > 0
    return sides


def test_nothing_runs_over_the_edge(measured: list[dict[str, Any]]) -> None:
    """On a small phone, a phone and a desktop."""
    assert [side for side in measured if side["needs"] != side["width"]] == []


def test_nothing_is_empty(measured: list[dict[str, Any]]) -> None:
    """Each side has a height."""
    assert min(side["height"] for side in measured) > 100


def test_night_is_dark_and_day_is_light(measured: list[dict[str, Any]]) -> None:
    """By Anki's own classes."""
    grounds = {("night" in side["name"], side["ground"], side["ink"]) for side in measured}

    assert grounds == {
        (False, "rgb(244, 246, 248)", "rgb(27, 36, 48)"),
        (True, "rgb(18, 22, 28)", "rgb(232, 237, 243)"),
    }
