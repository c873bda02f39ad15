"""The command line: one module per command, imported when the command is used."""

from __future__ import annotations

from collections.abc import Sequence
import os
import sys

import click

from codecards._version import __version__
from codecards.cli.lazy import LazyGroup
from codecards.errors import CodecardsError

__all__ = ["main"]

_COMMANDS = ("build", "codesets", "decks", "lookup", "replay", "search", "store", "validate")
_INTERRUPTED = 130


@click.group(
    cls=LazyGroup,
    modules={name: name for name in _COMMANDS},
    context_settings={"help_option_names": ["-h", "--help"]},
)
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
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help())
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
    except OSError as error:  # a full disk behind standard output
        _fail(f"cannot write the answer ({error.strerror or error})", 1)
    sys.exit(0)


def _fail(message: str, status: int) -> None:
    """Say what went wrong in one line on standard error, and end the process."""
    click.echo(f"codecards: {' '.join(message.split())}", err=True)
    sys.exit(status)
