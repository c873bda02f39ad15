"""The command line: right answers, one clear line otherwise, and nothing heavy for --help."""

from __future__ import annotations

import json
import os
from pathlib import Path
import subprocess
import sys
from typing import Any

import pytest

from codecards import __version__, read_deck
from codecards.cli import main


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    """Run the command line; gives exit status, standard output and standard error."""

    def call(*arguments: str) -> tuple[Any, str, str]:
        with pytest.raises(SystemExit) as end:
            main(arguments)
        captured = capsys.readouterr()
        return end.value.code, captured.out, captured.err

    return call


@pytest.mark.parametrize(
    ("code", "first", "second"),
    [
        ("E11.9", "E11.9  Type 2 diabetes mellitus without complications", "ICD-10-CM 2026, billable"),
        ("e119", "E11.9  Type 2 diabetes mellitus without complications", "ICD-10-CM 2026, billable"),
        ("qa00101", "QA0.0101  SCN2A-related neurodevelopmental disorder", "ICD-10-CM 2026, billable"),
        ("A01.00", "A01.00  Typhoid fever, unspecified", "ICD-10-CM 2026, billable"),
        ("E11", "E11  Type 2 diabetes mellitus", "ICD-10-CM 2026, a header: needs more characters"),
        (
            "QA0.0",
            "QA0.0  Neurodevelopmental disorders related to pathogenic variants in specific genes",
            "ICD-10-CM 2026, a header: needs more characters",
        ),
        (
            "M84.351A",
            "M84.351A  Stress fracture, right femur, initial encounter for fracture",
            "ICD-10-CM 2026, billable",
        ),
        (
            "T36.0X1A",
            "T36.0X1A  Poisoning by penicillins, accidental (unintentional), initial encounter",
            "ICD-10-CM 2026, billable",
        ),
        (
            "S72.001A",
            "S72.001A  Fracture of unspecified part of neck of right femur, initial encounter for closed fracture",
            "ICD-10-CM 2026, billable",
        ),
    ],
)
def test_lookup_tells_what_a_code_means(run: Any, code: str, first: str, second: str) -> None:
    """In any spelling, headers included."""
    status, out, err = run("lookup", code)

    assert (status, out.splitlines()[:2], err) == (0, [first, second], "")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("Z99.99", "Z99.99 is not a code of ICD-10-CM 2026; below Z99 are Z99.0"),
        ("hello", "'hello' is not shaped like a code of ICD-10-CM"),
        ("", "an empty string is not a code"),
        ("\x1b[31m\nE11", "is not shaped like"),
    ],
)
def test_lookup_of_what_is_no_code_is_one_line(run: Any, code: str, reason: str) -> None:
    """On standard error, with status 1."""
    status, out, err = run("lookup", code)

    assert (status, out) == (1, "")
    assert reason in err
    assert err.startswith("codecards: ")
    assert err.count("\n") == 1
    assert "\x1b" not in err


def test_lookup_shows_guidance_and_what_is_below(run: Any) -> None:
    """As the book prints them."""
    _, out, _ = run("lookup", "S72")

    assert "7th character (at S72)" in out
    assert "    A  initial encounter for closed fracture" in out
    assert "Below it:\n  S72.0  Fracture of head and neck of femur" in out


def test_lookup_of_a_code_of_two_systems_shows_both(
    run: Any, official_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Undotted, typhoid fever is a taxi as well: which is meant is never guessed."""
    monkeypatch.setenv("CODECARDS_LIBRARY", str(tmp_path))
    run("codesets", "add", str(official_data / "hcpcs" / "HCPC2026_JUL_ANWEB.xlsx"))
    status, out, _ = run("lookup", "A0100")
    _, as_json, _ = run("lookup", "A0100", "--json")

    assert status == 0
    assert "A01.00  Typhoid fever, unspecified\nICD-10-CM 2026, billable" in out
    assert "A0100  Non-emergency transportation; taxi\nHCPCS Level II 2026-07, billable" in out
    assert [answer["code"] for answer in json.loads(as_json)] == ["A01.00", "A0100"]
    assert json.loads(run("lookup", "A0100", "--system", "hcpcs", "--json")[1])["code"] == "A0100"
    assert "HCPCS Level II 2026-07, ended, last valid on 2024-12-31\n" in run("lookup", "QQ")[1]
    assert json.loads(run("lookup", "QQ", "--json")[1])["last_day"] == "2024-12-31"
    assert "(ended)" in run("search", "qualified", "clinical", "decision", "support", "--system", "hcpcs")[1]
    assert run("validate", "S72.0X1A")[1].startswith("S72.0X1A ")
    assert "meant may be" in run("validate", "T36.01A")[1]
    assert run("lookup", "nothing")[0] == 1


def test_lookup_answers_as_json(run: Any) -> None:
    """The whole of it."""
    status, out, _ = run("lookup", "E11.9", "--json")
    answer = json.loads(out)

    assert status == 0
    assert answer["code"] == "E11.9"
    assert answer["billable"] is True
    assert answer["chapter"] == {"number": 4, "title": "Endocrine, nutritional and metabolic diseases (E00-E89)"}
    assert [section["id"] for section in answer["sections"]] == ["E08-E13"]
    assert [header["code"] for header in answer["ancestors"]] == ["E11"]
    assert answer["guidance"][0]["kind"] == "excludes1"
    assert answer["short_description"] is None


def test_codesets_lists_what_is_here(run: Any) -> None:
    """With the days in force."""
    status, out, err = run("codesets")

    assert (status, err) == (0, "")
    assert out == (
        "ICD-10-CM 2026 (also 2026-04): in force 2025-10-01 to 2026-09-30, 98,186 codes with guidance\n"
        "    embedded, sha256 f161f8182aff3ce3a2a78e202f8259c08eaee2c670a9e45b0072445c52302935\n"
    )
    _, out, _ = run("codesets", "--json")
    assert json.loads(out)[0]["release"] == "2026"


def test_decks_lists_what_can_be_built(run: Any) -> None:
    """And for whom."""
    _, out, _ = run("decks")
    _, as_json, _ = run("decks", "--json")

    assert "cpc  (CPC; ICD-10-CM 2026)\n    Candidates for the AAPC CPC exam" in out
    assert [deck["name"] for deck in json.loads(as_json)] == ["cpc", "icd-10-cm", "icd-10-cm-essentials"]


def test_build_writes_what_it_says(run: Any, tmp_path: Path) -> None:
    """Each file asked for, and what they hold."""
    apkg, plain = tmp_path / "cpc.apkg", tmp_path / "cpc.json"
    status, out, err = run("build", "cpc", "-o", str(apkg), "-o", str(plain))
    deck = read_deck(plain)

    assert (status, err) == (0, "")
    assert out.splitlines() == [
        f"CPC: {len(deck.subjects)} notes, {len(deck)} cards from ICD-10-CM 2026",
        f"content sha256 {deck.content_sha256}",
        f"written {apkg}",
        f"written {plain}",
    ]
    assert apkg.exists()


def test_build_names_its_file_after_the_recipe(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the folder one stands in."""
    recipe = tmp_path / "recipes" / "mine.toml"
    recipe.parent.mkdir()
    recipe.write_text(
        'title = "Mine"\naudience = "Me"\ndescription = "x"\nrevised = 2026-11-22\n'
        '[releases]\nicd-10-cm = "2027"\n[[select]]\ncodes = ["I10"]\n'
    )
    monkeypatch.chdir(tmp_path)
    status, _, err = run("build", str(recipe), "--release", "icd-10-cm=2026")

    assert (status, err) == (0, "")
    assert (tmp_path / "mine.apkg").exists()


def test_a_recipe_revised_in_the_future_is_built_with_a_warning(run: Any, tmp_path: Path) -> None:
    """Anki would hold its notes for newer than what the learner writes meanwhile."""
    recipe = tmp_path / "mine.toml"
    recipe.write_text(
        'title = "Mine"\naudience = "Me"\ndescription = "x"\nrevised = 2090-01-01\n'
        '[releases]\nicd-10-cm = "2026"\n[[select]]\ncodes = ["I10"]\n'
    )
    status, _, err = run("build", str(recipe), "-o", str(tmp_path / "mine.json"))

    assert status == 0
    assert "warning: the recipe is revised on 2090-01-01, a day to come" in err


@pytest.mark.parametrize(
    ("arguments", "status", "reason"),
    [
        (("build",), 2, "Missing argument 'RECIPE'. (see codecards build --help)"),
        (("bild",), 2, "No such command 'bild'"),
        (("build", "cpc", "--release", "2026"), 2, "'2026' is not SYSTEM=RELEASE"),
        (("build", "cpc", "--release", "icd-9=2026"), 1, "no coding system is called 'icd-9'"),
        (("build", "cpc", "--release", "icd-10-cm=1999"), 1, "'1999' is not a release"),
        (("build", "cpc", "--release", "icd-10-cm=2024"), 1, "ICD-10-CM 2024 is not on this machine"),
        (("build", "nope"), 1, "no recipe is called 'nope'; choose from cpc"),
        (("build", "cpc", "-o", "x.pdf"), 1, "x.pdf: no format has that ending"),
        (("build", "cpc", "-o", "/proc/x.json"), 1, "/proc/x.json: cannot be written"),
        (("lookup", "E11.9", "--system", "hcpcs"), 1, "is not shaped like a code of HCPCS Level II"),
        (("lookup", "E0100", "--system", "hcpcs"), 1, "HCPCS Level II is not on this machine"),
        (("lookup", "E11.9", "--release", "2024"), 1, "ICD-10-CM 2024 is not on this machine"),
    ],
)
def test_a_slip_is_one_line(run: Any, arguments: tuple[str, ...], status: int, reason: str) -> None:
    """Status 2 for wrong usage, 1 for bad input."""
    ended, out, err = run(*arguments)

    assert (ended, out) == (status, "")
    assert reason in err
    assert err.count("\n") == 1


def test_without_a_command_it_shows_its_help(run: Any) -> None:
    """Whole, and on standard output."""
    status, out, err = run()

    assert (status, err) == (0, "")
    assert "Commands:\n  build " in out


def test_an_answer_that_cannot_be_written_is_one_line() -> None:
    """A full disk behind a redirection."""
    with Path("/dev/full").open("w") as full:
        process = subprocess.run(
            [sys.executable, "-P", "-c", "from codecards.cli import main; main(['lookup', 'E11.9'])"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert process.returncode == 1
    assert process.stderr.startswith("codecards: cannot write the answer (No space left on device)")


def test_it_tells_its_version_and_its_commands(run: Any) -> None:
    """And exits well."""
    assert run("--version") == (0, f"codecards {__version__}\n", "")
    _, out, _ = run("--help")
    assert [command in out for command in ("build", "codesets", "decks", "lookup")] == [True] * 4


def test_help_imports_nothing_heavy() -> None:
    """It must come at once."""
    script = (
        "import sys\nfrom codecards.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    run = subprocess.run([sys.executable, "-P", "-c", script], capture_output=True, text=True, check=True)

    assert "Commands:" in run.stdout
    for heavy in ("attr", "attrs", "genanki", "jsonschema", "sqlite3", "xml", "simple_icd_10_cm"):
        assert f"'{heavy}'" not in run.stderr


def test_the_embedded_package_is_never_imported() -> None:
    """Importing it takes longer than reading its files."""
    script = "import sys, codecards; codecards.build_deck('cpc'); print('simple_icd_10_cm' in sys.modules)"
    run = subprocess.run([sys.executable, "-P", "-c", script], capture_output=True, text=True, check=True)

    assert run.stdout == "False\n"


def test_a_reader_that_goes_away_is_no_error() -> None:
    """As with `codecards lookup S72 | head -1`."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", "from codecards.cli import main; main(['lookup', 'S72'])"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()

    assert (process.wait(), said) == (1, b"")


def test_an_interruption_is_one_line(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the status that shells expect."""

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("codecards.recipes.build.build_deck", interrupt)

    status, out, err = run("build", "cpc")

    assert (status, out, err.strip()) == (130, "", "codecards: interrupted")


def test_progress_is_drawn_where_somebody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    """On standard error, and only on a terminal."""
    from codecards.cli.output import progress_bar

    with progress_bar() as silent:
        assert silent is None
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with progress_bar() as progress:
        assert progress is not None
        progress("Reading", 0, 1)
        progress("Reading", 1, 1)
        progress("Writing", 0, 2)
        progress("Writing", 2, 2)
