"""Runs the `viewcount` command for a test: in this process, or as a process of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from viewcount_cli.main import run_command

PROJECT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Outcome:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class CommandLine:
    """The command, with the environment of the test."""

    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: object) -> Outcome:
        """Run it here."""
        self.capsys.readouterr()
        code = run_command([str(argument) for argument in arguments])
        printed = self.capsys.readouterr()
        return Outcome(code, printed.out, printed.err)


def start_process(*arguments: object, **environment: str) -> subprocess.Popen[str]:
    """Start it as a process, with these variables beside those of the test."""
    return subprocess.Popen(
        [sys.executable, "-m", "viewcount_cli.main", *(str(argument) for argument in arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(PROJECT), **environment},
    )


def run_process(*arguments: object, environment: Mapping[str, str] | None = None) -> Outcome:
    """Run it as a process to its end."""
    process = start_process(*arguments, **(environment or {}))
    out, err = process.communicate(timeout=120)
    return Outcome(process.returncode, out, err)
