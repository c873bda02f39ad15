"""The cache of parsed code sets: quick when it is whole, and never needed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from codecards import CodeSet, Period, Source, System
from codecards.codesets import cache
from codecards.codesets.cache import kept
from codecards.codesets.codeset import Row
from codecards.errors import SourceFileError
from codecards.files import UnwritableFileError


def make() -> CodeSet:
    return CodeSet(
        system=System.ICD_10_CM,
        release="2026",
        effective=Period(date(2025, 10, 1)),
        source=Source("Synthetic list", "Nobody", "https://example.org/"),
        rows=[Row("A00", "Synthetic title", None, is_billable=True)],
    )


def refuse() -> CodeSet:
    msg = "made again"
    raise AssertionError(msg)


def load(folder: Path, made_from: str = "a", make: Callable[[], CodeSet] = make) -> list[str]:
    return [str(code) for code in kept("icd-10-cm-2026", [made_from], make, folder)]


def test_makes_a_code_set_once(tmp_path: Path) -> None:
    """The second time it comes from the cache."""
    first = load(tmp_path / "new")

    assert load(tmp_path / "new", make=refuse) == first == ["A00 Synthetic title"]


def test_other_sources_are_read_and_take_the_place(tmp_path: Path) -> None:
    """The key is what it was made from; one file stays for each name."""
    load(tmp_path, "a")
    load(tmp_path, "b")

    assert len(list(tmp_path.iterdir())) == 1
    assert load(tmp_path, "b", refuse) == load(tmp_path, "a")


def test_other_programs_make_another_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a reader changes, what the old one read is not used."""
    load(tmp_path)
    (tmp_path / "reader.py").touch()
    monkeypatch.setattr(cache, "_SOURCES", tmp_path)

    with pytest.raises(AssertionError, match="made again"):
        load(tmp_path, make=refuse)


@pytest.mark.parametrize("damage", [b"", b"\0" * 100, b"codecards code set, format 2\n"])
def test_a_damaged_file_is_made_again(tmp_path: Path, damage: bytes) -> None:
    """It is not believed, and it does not stay."""
    load(tmp_path)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    file.write_bytes(damage)

    assert load(tmp_path) == ["A00 Synthetic title"]
    assert file.read_bytes() == whole


def test_works_where_nothing_can_be_written(tmp_path: Path) -> None:
    """A cache folder that cannot be made costs time, nothing else."""
    (tmp_path / "file").touch()

    assert load(tmp_path / "file" / "cache") == ["A00 Synthetic title"]


def test_works_on_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The code set is returned all the same, and no half file stays."""

    def full(_path: Path, _content: bytes) -> None:
        msg = "no space left on device"
        raise UnwritableFileError(msg)

    monkeypatch.setattr("codecards.files.write_file", full)

    assert load(tmp_path) == ["A00 Synthetic title"]
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_made_raises_as_without_a_cache(tmp_path: Path) -> None:
    """An error of the reader is the caller's to see, and nothing is kept."""

    def fail() -> CodeSet:
        msg = "damaged"
        raise SourceFileError(msg)

    with pytest.raises(SourceFileError, match="damaged"):
        load(tmp_path, make=fail)
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_packed_is_not_kept(tmp_path: Path) -> None:
    """It is read from its files each time."""

    def richer() -> CodeSet:
        codeset = make()
        codeset.index = {"Cholera": "A00"}  # type: ignore[attr-defined] # a part that another version may add
        return codeset

    assert load(tmp_path, make=richer) == ["A00 Synthetic title"]
    assert not list(tmp_path.iterdir())
