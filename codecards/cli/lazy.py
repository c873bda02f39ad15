"""A group of commands that imports the module of a command when somebody asks for it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

__all__ = ["LazyGroup"]


class LazyGroup(click.Group):
    """A group whose commands are modules of `codecards.cli`, each with a ``command``.

    Args:
        modules: The modules by the name of their command.
    """

    def __init__(self, *args: Any, modules: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        """Return the names of the commands."""
        return sorted(self._modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 -- click's signature
        """Import a command, or return None where there is none of that name."""
        if cmd_name not in self._modules:
            return None
        command: click.Command = import_module(f"codecards.cli.{self._modules[cmd_name]}").command
        return command
