"""The programs `viewcount up` runs side by side: started with a log each, watched, and ended with all they started."""

import signal
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import httpx

from viewcount_cli.groups import POLL_SECONDS, end_groups, signal_group
from viewcount_cli.guard import Guard
from viewcount_core.errors import ServerUnavailable
from viewcount_local.home import Home, set_aside

PROBE_SECONDS = 2.0
LEADER_SECONDS = 15.0
REST_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Program:
    """What to start, and the URL under which it answers when it is ready; None when being there is enough."""

    name: str
    command: tuple[str, ...]
    probe_url: str | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all children share: the folder they work in, their environment, and where their logs go."""

    folder: Path
    environment: dict[str, str]
    home: Home


class Child:
    """One running program, the leader of a process group of its own, so that Ctrl-C reaches only us."""

    def __init__(self, program: Program, around: Surroundings) -> None:
        self.program = program
        self._log = around.home.log(program.name)
        self._log.parent.mkdir(parents=True, exist_ok=True)
        set_aside(self._log)
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                program.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=around.folder,
                env=around.environment,
                start_new_session=True,
            )

    @property
    def group(self) -> int:
        """Number of the process group."""
        return self._process.pid

    def answers(self) -> bool:
        """Whether it is ready for its users."""
        if self.program.probe_url is None:
            return True
        try:
            httpx.get(self.program.probe_url, timeout=PROBE_SECONDS, trust_env=False)
        except httpx.TransportError:
            return False
        return True

    def check(self) -> None:
        """Raise `ServerUnavailable` with its last words when it has ended."""
        code = self._process.poll()
        if code is not None:
            how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
            raise ServerUnavailable(f"{self.program.name} {how}: {self._last_words()} (log: {self._log})")

    def ask_to_stop(self) -> None:
        """Ask the program itself, which then ends what it started in its own order."""
        if self._process.poll() is None:
            self._process.terminate()

    def has_ended(self) -> bool:
        """Whether the program itself is gone."""
        return self._process.poll() is not None

    def end_group(self, grace_seconds: float) -> None:
        """End all that the program started; itself too, without any grace, when it did not end when asked."""
        if self.has_ended():
            end_groups([self.group], grace_seconds)
        else:
            signal_group(self.group, signal.SIGKILL)
            self._process.wait()

    def _last_words(self) -> str:
        lines = [line.strip() for line in self._log.read_text(errors="replace").splitlines() if line.strip()]
        return lines[-1] if lines else "it said nothing"


class Children:
    """All programs of one `up`; none outlives the block it is used for."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._running: list[Child] = []
        self._hurry = False

    def start(self, programs: Iterable[Program], around: Surroundings) -> None:
        """Start them in this order."""
        for program in programs:
            child = Child(program, around)
            self._guard.watch(child.group)
            self._running.append(child)

    def check(self) -> None:
        """Raise `ServerUnavailable` when one has ended by itself."""
        for child in self._running:
            child.check()

    def unready(self) -> list[str]:
        """Names of those that do not answer yet."""
        return [child.program.name for child in self._running if not child.answers()]

    def hurry(self) -> None:
        """Ask no longer: kill what is left."""
        self._hurry = True

    def stop(self) -> None:
        """End all, the last started first; one that does not end in time is killed."""
        for child in reversed(self._running):
            child.ask_to_stop()
        deadline = time.monotonic() + LEADER_SECONDS
        while self._running:
            child = self._running[-1]
            while not (child.has_ended() or self._hurry or time.monotonic() > deadline):
                time.sleep(POLL_SECONDS)
            child.end_group(0.0 if self._hurry else REST_SECONDS)
            self._guard.forget(child.group)
            self._running.pop()
