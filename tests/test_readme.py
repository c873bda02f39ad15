"""The README tells the truth: its examples run, its files exist, its commands answer as it shows."""

from __future__ import annotations

import doctest
from pathlib import Path
import re
import shlex

import pytest

from codecards.cli import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = [
    (command, shown)
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    for command, shown in re.findall(r"^\$ (.*?)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
]


@pytest.mark.parametrize("page", ["README.md", "docs/scheduler.md"])
def test_the_examples_in_python_run(page: str) -> None:
    """As they are written."""
    failed, tried = doctest.testfile(str(ROOT / page), module_relative=False, optionflags=doctest.ELLIPSIS)

    assert (failed, tried > 10) == (0, True)


@pytest.mark.parametrize(("command", "shown"), COMMANDS)
def test_the_commands_answer_as_shown(command: str, shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Three dots stand for more."""
    program, *arguments = shlex.split(command)
    with pytest.raises(SystemExit):
        main(arguments)
    captured = capsys.readouterr()
    pattern = re.escape(shown).replace(re.escape("...\n"), "(.*\n)*")

    assert program == "codecards"
    assert re.fullmatch(pattern, captured.out + captured.err), captured.out + captured.err


def test_there_are_commands_to_try() -> None:
    """The pattern above would else find nothing and be content."""
    assert len(COMMANDS) == 4


def test_every_link_leads_somewhere() -> None:
    """To a file of the repository."""
    targets = {target for target in re.findall(r"\]\(([^)]+)\)", README) if not target.startswith("https://")}

    assert targets >= {"LICENSE", "ARCHITECTURE.md", "CHANGELOG.md", "docs/card-back.png"}
    assert [target for target in targets if not (ROOT / target).exists()] == []
