"""A click group that imports a command's module when the command is asked for, not before."""

import importlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import click


class ReaderGone(Exception):
    """Whoever read our output has had enough of it."""


@dataclass(frozen=True, slots=True)
class LazyCommand:
    """Where a command is, and the line that `--help` shows for it."""

    module: str
    name: str
    summary: str

    def load(self) -> click.Command:
        """Import the module and take the command out of it."""
        command: click.Command = getattr(importlib.import_module(self.module), self.name)
        return command


class LazyGroup(click.Group):
    """Knows its commands by name and summary; `--help` imports none of them."""

    def __init__(self, *args: Any, lazy: Mapping[str, LazyCommand], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the table."""
        return list(self._lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now; None when there is none of that name."""
        found = self._lazy.get(cmd_name)
        return found.load() if found else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands in `--help`."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.summary) for name, command in self._lazy.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command and write out all it printed; raise `ReaderGone` when nobody reads it any more."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # click would end with 1, which here means that rows could not be used.
            raise ReaderGone from None
        return result
