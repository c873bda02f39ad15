"""The house: each room imports only what the design allows, and every public name is there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import codecards

ROOT = Path(codecards.__file__).parent
# ARCHITECTURE.md, "The house". What stands beside the rooms (errors, files, progress) is open to all.
ALLOWED = {
    "codesets": set[str](),
    "scheduling": set[str](),
    "certifications": set[str](),
    "cards": {"codesets"},
    "recipes": {"cards", "codesets", "certifications"},
    "faces": {"cards"},
    "exporters": {"cards", "faces", "scheduling"},
    "store": {"scheduling"},
    "anki_bridge": {"cards", "scheduling", "store"},
    "study": {"cards", "scheduling", "store", "certifications"},
    "exams": {"cards", "certifications", "store", "codesets"},
    "web": {"study", "exams", "faces", "cards", "codesets", "store", "certifications"},
}
ROOMS = sorted(folder.name for folder in ROOT.iterdir() if (folder / "__init__.py").exists() and folder.name != "cli")


def test_every_room_is_in_the_plan() -> None:
    """A new one is drawn before it is built."""
    assert set(ROOMS) <= set(ALLOWED)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_the_plan_allows(room: str) -> None:
    """Data flows one way."""
    rooms = set(ALLOWED) | {"cli", "decks"}
    for path in (ROOT / room).rglob("*.py"):
        used = {name.split(".")[1] for name in _imports(path) if name.startswith("codecards.")} & rooms

        assert used - {room} <= ALLOWED[room], path


def test_every_public_name_is_there() -> None:
    """And documented."""
    assert (
        sorted(codecards.__all__, key=lambda name: (not name.isupper(), name[0].islower(), name)) == codecards.__all__
    )
    for name in codecards.__all__:
        value = getattr(codecards, name)
        assert name == "__version__" or value.__doc__
    assert set(codecards.__all__) <= set(dir(codecards))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        codecards.nothing  # noqa: B018 -- the access is the test


def test_every_module_says_what_it_is() -> None:
    """In its first line."""
    for path in ROOT.rglob("*.py"):
        name = ".".join(("codecards", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")
        assert import_module(name).__doc__, name


def test_the_package_is_typed() -> None:
    """Type checkers ask for the marker."""
    assert (ROOT / "py.typed").exists()


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
