"""``codecards codesets``: listing, adding, fetching."""

from __future__ import annotations

from functools import partial
import json
from pathlib import Path

import pytest

from codecards import System
from codecards.cli import main
from codecards.codesets import download
from codecards.codesets.addresses import Address
from loopback import Served, on_loopback, serving


@pytest.fixture(autouse=True)
def _library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library and a cache of its own for every test."""
    monkeypatch.setenv("CODECARDS_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setenv("CODECARDS_CACHE", str(tmp_path / "cache"))


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as end:
        main(["codesets", *arguments])
    return int(end.value.code or 0)


def order_file(folder: Path) -> Path:
    path = folder / "icd10cm_order_2027.txt"
    path.write_text(f"00001 A00     0 {'Cholera':60} Cholera\n00002 A000    1 {'Plain':60} Plain cholera\n")
    return path


def test_lists_what_is_here_without_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    """The embedded release is always here."""
    assert run() == 0

    printed = capsys.readouterr()
    assert printed.out.startswith(
        "ICD-10-CM 2026 (also 2026-04): in force 2025-10-01 to 2026-09-30, 98,186 codes with guidance\n"
        "    embedded, sha256 f161f8182aff"
    )
    assert printed.err == ""


def test_adds_a_file_and_lists_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What add says is what the list says."""
    path = order_file(tmp_path)

    assert run("add", str(path)) == 0
    added = capsys.readouterr().out
    assert added.startswith("ICD-10-CM 2027: in force 2026-10-01 to 2027-09-30, 2 codes\n")
    assert str(path) in added

    assert run() == 0
    assert added in capsys.readouterr().out


def test_answers_programs_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same keys when listed and when added."""
    assert run("add", str(order_file(tmp_path)), "--release", "2028", "--json") == 0
    added = json.loads(capsys.readouterr().out)
    assert (added["system"], added["release"], added["rows"], added["complete"]) == ("icd-10-cm", "2028", 2, True)

    assert run("--json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert added in listed
    assert {item["origin"] for item in listed} == {"embedded", added["origin"]}


def test_a_damaged_library_is_reported_beside_the_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On standard error, so that the list stays a list."""
    run("add", str(order_file(tmp_path)))
    (tmp_path / "library" / "icd-10-cm-2027.json").write_text("{}")
    capsys.readouterr()

    assert run("--json") == 0
    printed = capsys.readouterr()
    assert len(json.loads(printed.out)) == 1
    assert printed.err.startswith("codecards: warning: ")
    assert printed.err.count("\n") == 1


def test_bad_files_are_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 1, and the file's name."""
    assert run("add", str(tmp_path / "missing.zip")) == 1

    printed = capsys.readouterr()
    assert printed.err.startswith(f"codecards: {tmp_path / 'missing.zip'}: cannot be read")
    assert printed.err.count("\n") == 1


def test_a_command_that_is_none_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """Status 2."""
    assert run("remove") == 2
    assert "remove" in capsys.readouterr().err


@pytest.mark.parametrize("as_json", [False, True])
def test_fetches_a_release(
    official_data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    as_json: bool,
) -> None:
    """From where the table says; here that is our own server."""
    name = "2026-icd-10-pcs-order-file-long-and-abbreviated-titles.zip"
    with serving() as server:
        server.files[name] = Served((official_data / "icd-10-pcs" / name).read_bytes())
        table = (Address(System.ICD_10_PCS, "2026", f"{server.url}/{name}"),)
        local = partial(download.fetch_release, addresses=table, may_open=on_loopback)
        monkeypatch.setattr(download, "fetch_release", local)

        assert run("fetch", "icd-10-pcs", *(["--json"] if as_json else [])) == 0

    printed = capsys.readouterr().out
    if as_json:
        assert json.loads(printed)["rows"] == 80_029
    else:
        assert printed.startswith("ICD-10-PCS 2026: in force 2025-10-01 to 2026-09-30, 80,029 codes\n")


def test_what_cannot_be_fetched_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """No address is known, so no network is asked."""
    assert run("fetch", "icd-10-cm", "2031") == 1

    printed = capsys.readouterr()
    assert printed.err.startswith("codecards: codecards knows no address of ICD-10-CM 2031. By hand: open https://")
    assert printed.err.endswith("then type: codecards codesets add FILE\n")
    assert printed.err.count("\n") == 1


def test_lists_the_files_that_stand_beside_a_release(official_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the release where its codes are here; with a line of their own where they are not."""
    table = official_data / "icd-10-cm" / "ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx"
    assert run("add", str(table)) == 0
    added = capsys.readouterr().out
    assert f"\n    conversion table (2026): {table}, sha256 " in added
    assert run("add", str(official_data / "icd-10-cm" / "2025-april-table-and-index-parts.zip")) == 0
    waiting = capsys.readouterr().out
    assert waiting.startswith("ICD-10-CM 2025-04: no list of codes yet, only files that stand beside it\n")

    assert run() == 0
    assert capsys.readouterr().out == added + waiting
    assert run("--json") == 0
    first, second = json.loads(capsys.readouterr().out)
    (beside,) = first["companions"]
    assert (beside["kind"], beside["release"], beside["file"]) == ("conversion-table", "2026", table.name)
    assert (second["rows"], len(second["companions"])) == (0, 3)
