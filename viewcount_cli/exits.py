"""How a command ends: the exit codes, and which error means which."""

import os
import sys
from enum import IntEnum
from types import TracebackType

import click

from viewcount_core.errors import (
    ConfigurationError,
    InputError,
    MigrationError,
    ServerUnavailable,
    SourceError,
    ViewcountError,
)


class Exit(IntEnum):
    """The exit codes of every command."""

    DONE = 0
    PARTLY = 1  # done, with rows or tracks that could not be; they are listed
    REFUSED = 2  # nothing done: wrong arguments or settings
    FAILED = 3  # a server or service failed; re-running completes
    INTERRUPTED = 130
    TERMINATED = 143


_CODES: dict[type[ViewcountError], Exit] = {
    ConfigurationError: Exit.REFUSED,
    InputError: Exit.REFUSED,
    MigrationError: Exit.REFUSED,
    ServerUnavailable: Exit.FAILED,
    SourceError: Exit.FAILED,
}


def code_of(error: ViewcountError) -> Exit:
    """The exit code that tells a script what kind of error it was."""
    return next((code for kind, code in _CODES.items() if isinstance(error, kind)), Exit.FAILED)


def explain_usage(error: click.ClickException) -> str:
    """One line: what is wrong with the arguments, and where to read what would be right."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    where = f" (see `{context.command_path} --help`)" if context else ""
    return f"{error.format_message().rstrip('.')}{where}"


def explain_system(error: OSError) -> str:
    """One line for what the operating system refused."""
    place = f"{error.filename}: " if error.filename else ""
    return f"{place}{error.strerror or error}"


def say_why(message: str) -> None:
    """Print the reason for an unsuccessful end, on one line."""
    click.echo(f"viewcount: {' '.join(message.split())}", err=True)


def end_unforeseen(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """The hook for errors nobody foresaw: a traceback, and not Python's own code 1, which means done."""
    sys.__excepthook__(kind, error, trace)
    raise SystemExit(Exit.FAILED.value)


def silence_stdout() -> None:
    """Send what is still to be printed nowhere, so that the interpreter does not complain at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
