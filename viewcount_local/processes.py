"""A server process that ends with its supervisor, and a lock that says when all of it is gone."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import tempfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from viewcount_core.errors import ServerUnavailable
from viewcount_local.account import Account
from viewcount_local.home import Home, set_aside
from viewcount_local.locks import EXCLUSIVE, open_lock, try_lock

LOOPBACK = "127.0.0.1"
# Below every system's range of outgoing ports: a client that retries there cannot occupy the server's port itself.
FIRST_PORT, PORTS = 20_000, 10_000
LOG_LIMIT_BYTES = 10_000_000
# Nothing of the caller's environment reaches a server, PGOPTIONS and the like included.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Site:
    """What every server of one home is given: the home, the folder it works in, its account, the password."""

    home: Home
    folder: Path
    account: Account
    password: str


class EmbeddedServer(ABC):
    """One server of one home; starts, is watched, and stops.

    Every process of the server inherits the lock file of its name in the servers' folder, so a lock that can be taken
    proves that none is left, and that pid files found there are stale.
    """

    name: ClassVar[str]
    stop_signal: ClassVar[signal.Signals]

    def __init__(self, site: Site) -> None:
        self.site = site
        self.log = site.home.log(self.name)
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    @abstractmethod
    def command(self) -> list[str]:
        """Program and arguments."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether a client that knows the password is served."""

    def prepare(self, lock: int) -> None:
        """Make ready to start; no process of this server is left, and what is run here inherits `lock`."""
        del lock

    def configuration(self) -> str:
        """What the server reads from its standard input: settings that `ps` must not show."""
        return ""

    def _choose_port(self) -> None:
        """Take a free port, if possible the one that this home had before."""
        wish = zlib.crc32(f"{self.site.home.root}:{self.name}".encode())
        self.port = next(
            port for port in (FIRST_PORT + (wish + step) % PORTS for step in range(PORTS)) if _is_free(port)
        )

    def start(self, *, may_move: bool) -> bool:
        """Start the process, on another port only if it `may_move`; False while an earlier one is not all gone."""
        lock = open_lock(self.site.folder / f"{self.name}.lock")
        try:
            if not try_lock(lock, EXCLUSIVE):
                _end_orphan(lock, self.stop_signal)
                return False
            self._log_start = _rotated_size(self.log)
            self.prepare(lock)
            if may_move:
                self._choose_port()
            self._process = self.spawn(self.command(), lock, self.configuration())
            os.pwrite(lock, f"{self._process.pid:<20}\n".encode(), 0)
        finally:
            os.close(lock)
        return True

    def spawn(self, command: list[str], lock: int, configuration: str = "") -> subprocess.Popen[bytes]:
        """Start a program in the servers' folder and under their account; its output goes to the log."""
        with tempfile.TemporaryFile() as given, self.log.open("ab") as log:
            given.write(configuration.encode())
            given.seek(0)
            return subprocess.Popen(
                command,
                stdin=given,
                stdout=log,
                stderr=log,
                cwd=self.site.folder,
                env=ENVIRONMENT,
                user=self.site.account.uid,
                group=self.site.account.gid,
                extra_groups=self.site.account.groups,
                pass_fds=[lock],
                preexec_fn=_dying_with_parent(self.stop_signal),
            )

    def is_running(self) -> bool:
        """Whether the main process is there."""
        return self._process is not None and self._process.poll() is None

    def ask_to_stop(self) -> None:
        """Send the signal of an orderly end."""
        if self._process and self.is_running():
            self._process.send_signal(self.stop_signal)

    def finish(self, timeout_seconds: float) -> None:
        """Wait for the end; kill when it does not come."""
        if self._process is None:
            return
        try:
            self._process.wait(timeout_seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def last_words(self) -> str:
        """The line of this start's log that best tells why it ended."""
        with self.log.open("rb") as log:
            log.seek(self._log_start)
            lines = [line.strip() for line in log.read().decode(errors="replace").splitlines() if line.strip()]
        telling = [line for line in lines if any(word in line for word in ("FATAL", "PANIC", "error:", "No space"))]
        return (telling or lines or ["it said nothing"])[-1]

    def failure(self, what: str = "does not stay up") -> ServerUnavailable:
        """The error for a server that cannot be had, with its own words and where to read more."""
        return ServerUnavailable(f"embedded {self.name} {what}: {self.last_words()} (log: {self.log})")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _rotated_size(log: Path) -> int:
    size = log.stat().st_size if log.exists() else 0
    if size > LOG_LIMIT_BYTES:
        set_aside(log)
        return 0
    return size


def _dying_with_parent(death_signal: signal.Signals) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def prepare() -> None:
        prctl(PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def _end_orphan(lock: int, stop_signal: signal.Signals) -> None:
    # On Linux the kernel has sent the signal already; elsewhere the pid is that of the lock's holder.
    if sys.platform == "linux":
        return
    pid = os.pread(lock, 20, 0).strip()
    if pid:
        with suppress(ProcessLookupError):
            os.kill(int(pid), stop_signal)
