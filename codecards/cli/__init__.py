"""The command line: one module per command, imported when the command is used."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
import os
import sys

import click

from codecards._version import __version__
from codecards.errors import CodecardsError

__all__ = ["main"]

_COMMANDS = ("build", "codesets", "decks", "lookup", "replay", "store")
_INTERRUPTED = 130


class _LazyGroup(click.Group):
    """A group that imports the module of a command when somebody asks for it."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 -- click's signature
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"codecards.cli.{cmd_name}").command
        return command


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def _codecards() -> None:
    """Flashcards for learning US medical coding, made from the official code sets."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process.

    Args:
        arguments: The words after ``codecards``; those of this process without it.

    Raises:
        SystemExit: Always: status 0 when all went well, 1 after bad input, 2 after wrong usage.
    """
    try:
        _codecards.main(arguments, prog_name="codecards", standalone_mode=False)
    except CodecardsError as error:
        _fail(str(error), 1)
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "codecards"
        _fail(f"{error.format_message()} (see {command} --help)", 2)
    except click.ClickException as error:
        _fail(error.format_message(), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _fail("interrupted", _INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output has gone; point what is still buffered at nothing, so that exit stays silent.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    sys.exit(0)


def _fail(message: str, status: int) -> None:
    """Say what went wrong in one line on standard error, and end the process."""
    click.echo(f"codecards: {' '.join(message.split())}", err=True)
    sys.exit(status)
