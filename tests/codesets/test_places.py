"""Where the library and the cache are."""

from __future__ import annotations

from pathlib import Path

import pytest

from codecards.codesets.places import cache_folder, library_folder


def test_the_user_may_name_both_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment decides where it names a folder."""
    monkeypatch.setenv("CODECARDS_LIBRARY", "/somewhere/library")
    monkeypatch.setenv("CODECARDS_CACHE", "/somewhere/cache")

    assert (library_folder(), cache_folder()) == (Path("/somewhere/library"), Path("/somewhere/cache"))


def test_without_a_name_they_are_where_the_system_keeps_such_things(monkeypatch: pytest.MonkeyPatch) -> None:
    """Among the user's data and caches, in a folder of our own."""
    monkeypatch.delenv("CODECARDS_LIBRARY")
    monkeypatch.delenv("CODECARDS_CACHE")

    assert library_folder().parts[-2:] == cache_folder().parts[-2:] == ("codecards", "codesets")
    assert library_folder() != cache_folder()
