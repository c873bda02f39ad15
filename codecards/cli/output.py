"""What commands share in what they print: JSON, and a progress bar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
import json
import sys
from typing import Any

import click

from codecards.progress import Progress

__all__ = ["json_option", "print_json", "print_warning", "progress_bar"]

_Command = Callable[..., None]


def json_option(command: _Command) -> _Command:
    """Give a command that answers a question its ``--json``, passed as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")(command)


def print_json(data: Any) -> None:
    """Print `data` as JSON, readable by people too."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def print_warning(message: str) -> None:
    """Say on standard error, in one line, what the user should know though the work goes on."""
    click.echo(f"codecards: warning: {' '.join(message.split())}", err=True)


@contextmanager
def progress_bar() -> Iterator[Progress | None]:
    """Give a `Progress` that draws bars on standard error; None where nobody watches."""
    if not sys.stderr.isatty():
        yield None
        return
    with ExitStack() as bars:
        bar: Any = None

        def show(doing: str, done: int, total: int) -> None:
            nonlocal bar
            if bar is None or bar.label != doing:
                bars.close()
                bar = bars.enter_context(click.progressbar(length=total, label=doing, file=sys.stderr))
            bar.update(done - bar.pos)

        yield show
