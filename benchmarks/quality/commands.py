"""The public `viewcount` commands, each a process of its own in the environment of this one."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from viewcount_core.queries import SQL_FOLDER

PROJECT = SQL_FOLDER.parent
COMMAND_SECONDS = 1_800
LAST_LINES = 8
Run = Callable[..., None]
"""Runs one command to its end; raise `CommandFailed`."""


class CommandFailed(Exception):
    """A command did not do all of what it was asked; the message is what it said."""


def run_command(*arguments: object) -> None:
    """Run `viewcount` with these arguments. Raise `CommandFailed` for every exit code but 0."""
    command = [sys.executable, "-W", "ignore", "-m", "viewcount_cli.main", *map(str, arguments)]
    run_process(command, env={**os.environ, "PYTHONPATH": str(PROJECT)})


def run_process(command: list[str], *, env: dict[str, str] | None = None, cwd: Path | None = None) -> str:
    """What a program prints. Raise `CommandFailed` for every exit code but 0."""
    ended = subprocess.run(
        command, env=env, cwd=cwd, capture_output=True, text=True, check=False, timeout=COMMAND_SECONDS
    )
    if ended.returncode:
        said = "\n".join((ended.stderr or ended.stdout).strip().splitlines()[-LAST_LINES:])
        raise CommandFailed(f"{' '.join(command)} ended with {ended.returncode}: {said}")
    return ended.stdout
