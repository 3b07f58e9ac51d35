"""One installation of the product as its user has it: a home folder, the command, and what goes on around them."""

import csv
import io
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import psycopg

from tests.command_line import PROJECT, Outcome
from viewcount_core.settings import Settings
from viewcount_local.supervisor import lease, release

COMMAND_SECONDS = 300
GONE_SECONDS = 90
POLL_SECONDS = 0.1
VARIABLES = {str(field.validation_alias) for field in Settings.model_fields.values()} | {"DAGSTER_HOME"}
# A reading counts all day, so that a test is the same at any time of day.
ALL_DAY = {"YOUTUBE_SETTLED_AT": "00:00", "SPOTIFY_SETTLED_AT": "00:00"}


class Installation:
    """A home below `folder`, where the command runs and keeps temporary files, so that a test sees what is left."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / ".viewcount"
        self.temporary = folder / "tmp"
        self.temporary.mkdir(exist_ok=True)
        self._leases = 0

    def start(self, *arguments: object, **settings: str) -> subprocess.Popen[str]:
        """Start the command; only these settings are set."""
        kept = {name: value for name, value in os.environ.items() if name not in VARIABLES}
        own = {"PYTHONPATH": str(PROJECT), "VIEWCOUNT_HOME": str(self.home), "TMPDIR": str(self.temporary)}
        return subprocess.Popen(
            [sys.executable, "-m", "viewcount_cli.main", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
            env={**kept, **own, **ALL_DAY, **settings},
        )

    def run(self, *arguments: object, **settings: str) -> Outcome:
        """Run the command to its end."""
        return finish(self.start(*arguments, **settings))

    def processes(self) -> list[psutil.Process]:
        """Every living process that works for this home, whoever its parent is now."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def find(self, program: str) -> psutil.Process:
        """The oldest process of this home whose program or arguments name `program`; waits until there is one."""
        found: list[psutil.Process] = []

        def appeared() -> bool:
            found[:] = [one for one in self.processes() if program in " ".join(_words(one))]
            return bool(found)

        assert wait_until(appeared), f"no {program} runs"
        return min(found, key=psutil.Process.create_time)

    def await_none(self) -> list[str]:
        """What is left of this home's processes when they had time to end."""
        wait_until(lambda: not self.processes(), GONE_SECONDS)
        return [" ".join(_words(process)) for process in self.processes()]

    def leftovers(self) -> list[str]:
        """Temporary files, browser profiles and what emulators were given."""
        places = (self.temporary.iterdir(), self.home.glob("browsers/run-*"), self.home.glob("emulators/run-*"))
        links = (path for path in Path("/tmp").glob("viewcount-run-*") if str(self.folder) in str(path.resolve()))
        return [str(path) for place in (*places, links) for path in place]

    @contextmanager
    def connection(self, database: str = "viewcount_demo") -> Iterator[psycopg.Connection[Any]]:
        """A session on the embedded server, which is started for it when it does not run."""
        self._leases += 1
        try:
            with psycopg.connect(f"{lease(self.home).postgres_url}/{database}", autocommit=True) as session:
                yield session
        finally:
            self._leases -= 1
            if not self._leases:
                release(self.home)

    def rows(self, query: str, database: str = "viewcount_demo") -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with self.connection(database) as session:
            return session.execute(query.encode()).fetchall()

    def history(self) -> list[dict[str, str]]:
        """What `export history` gives out."""
        outcome = self.run("export", "history")
        assert outcome.code == 0, outcome.err
        return list(csv.DictReader(io.StringIO(outcome.out)))

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            if process.status() == psutil.STATUS_ZOMBIE or process.pid == os.getpid():
                return False
            told = (*process.cmdline(), *process.environ().values(), process.cwd())
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return False
        # Browsers name no home, but work in the folder of whoever started them.
        return any(str(self.folder) in word for word in told)


def finish(process: subprocess.Popen[str]) -> Outcome:
    """Wait for the end of a command."""
    try:
        out, err = process.communicate(timeout=COMMAND_SECONDS)
    finally:
        process.kill()
    return Outcome(process.returncode, out, err)


def read_until(process: subprocess.Popen[str], said: str) -> list[str]:
    """The lines a command prints on stderr up to the first in which the pattern `said` is found."""
    assert process.stderr
    lines: list[str] = []
    for line in process.stderr:
        lines.append(line)
        if re.search(said, line):
            return lines
    raise AssertionError(f"it ended without saying {said!r}: {''.join(lines)}")


def wait_until(happened: Callable[[], bool], seconds: float = COMMAND_SECONDS) -> bool:
    """Whether it happened in that time."""
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def summary(outcome: Outcome) -> dict[str, Any]:
    """The object on the last line of `run --json`."""
    parsed: dict[str, Any] = json.loads(outcome.out.splitlines()[-1])
    return parsed


def _words(process: psutil.Process) -> list[str]:
    try:
        return [process.name(), *process.cmdline()]
    except psutil.NoSuchProcess:
        return []
