"""The supervisor: the one process that owns the embedded servers of a home, and the way to have them.

    python -m viewcount_local.supervisor HOME LOCK

is started by `lease`, detached, with the locked `supervisor.lock` as file descriptor LOCK. It starts both servers,
announces them, restarts one that dies, and stops them when nobody holds a lease any more or on SIGTERM.
"""

import logging
import os
import secrets
import signal
import sys
import time
from pathlib import Path

from viewcount_core.errors import ServerUnavailable, ViewcountError
from viewcount_local.account import account_of, servers_folder
from viewcount_local.home import Home, write_secret
from viewcount_local.leases import Servers, announce, lease, read_servers, release
from viewcount_local.locks import EXCLUSIVE, is_same_file, open_lock, try_lock, unlock
from viewcount_local.postgres import Postgres
from viewcount_local.processes import EmbeddedServer, Site
from viewcount_local.valkey import Valkey

__all__ = ["Servers", "lease", "read_servers", "release"]

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.25
STARTING_TICK_SECONDS = 0.02
IDLE_TICKS = 4
READY_SECONDS = 300.0
STOP_SECONDS = 60.0
# The longest wait for what is left of an earlier start, and when to give up on a server that never answers.
CLEAR_SECONDS = 45.0
FAILURES, FIRST_PAUSE_SECONDS = 5, 0.1


class Watched:
    """A server that is started again whenever it ends, unless it ends several times before it ever answers."""

    def __init__(self, server: EmbeddedServer) -> None:
        self.server = server
        self.is_up = False
        self._failures = 0
        self._next_start: float | None = 0.0  # None while a start has not ended
        self._blocked_since: float | None = None

    def keep_up(self, *, may_move: bool) -> None:
        """Start the server if it does not run, on another port only if it `may_move`."""
        if self.server.is_running():
            self._notice_answer()
        elif self._next_start is None:
            self._notice_end()
        elif time.monotonic() >= self._next_start:
            self._start(may_move)

    def _notice_answer(self) -> None:
        if not self.is_up and self.server.answers():
            self.is_up = True
            self._failures = 0

    def _notice_end(self) -> None:
        logger.warning("server_died server=%s reason=%s", self.server.name, self.server.last_words())
        self.is_up = False
        self._failures += 1
        if self._failures == FAILURES:
            raise self.server.failure()
        self._next_start = time.monotonic() + FIRST_PAUSE_SECONDS * 2 ** (self._failures - 1)

    def _start(self, may_move: bool) -> None:
        if self.server.start(may_move=may_move):
            logger.info("server_started server=%s port=%d", self.server.name, self.server.port)
            self._next_start = self._blocked_since = None
        else:
            self._wait_for_the_last_one()

    def _wait_for_the_last_one(self) -> None:
        self._blocked_since = self._blocked_since or time.monotonic()
        if time.monotonic() - self._blocked_since > CLEAR_SECONDS:
            raise ServerUnavailable(f"embedded {self.server.name}: processes of an earlier start do not end")


class LeaseWatch:
    """Notices that nobody holds a lease any more."""

    def __init__(self, home: Home) -> None:
        self._path = home.lease_lock
        self._lock = open_lock(self._path)
        self._idle_ticks = 0

    def is_over(self) -> bool:
        """Whether the last lease is gone for a while; the lock is then kept, so none can be taken until we end."""
        if not is_same_file(self._lock, self._path):
            return True
        if not try_lock(self._lock, EXCLUSIVE):
            self._idle_ticks = 0
            return False
        self._idle_ticks += 1
        if self._idle_ticks < IDLE_TICKS:
            unlock(self._lock)
            return False
        return True


class Supervisor:
    """Runs both servers of one home until they are no longer wanted."""

    def __init__(self, home: Home) -> None:
        self._home = home
        site = _site(home)
        self._postgres, self._valkey = Postgres(site), Valkey(site)
        self._watched = [Watched(self._postgres), Watched(self._valkey)]
        self._leases = LeaseWatch(home)
        self._told_to_stop = False
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)

    def run(self) -> None:
        """Start, announce, watch, stop; raise `ServerUnavailable` when a server does not stay up."""
        try:
            if self._start():
                announce(self._home, Servers(self._postgres.url, self._valkey.url))
                self._watch()
        finally:
            self._end()

    def _start(self) -> bool:
        deadline = time.monotonic() + READY_SECONDS
        while not self._told_to_stop:
            for watched in self._watched:
                watched.keep_up(may_move=True)
            if all(watched.is_up for watched in self._watched):
                return True
            if time.monotonic() > deadline:
                raise ServerUnavailable(f"embedded servers do not answer (log: {self._postgres.log})")
            time.sleep(STARTING_TICK_SECONDS)
        return False

    def _watch(self) -> None:
        while not self._told_to_stop and not self._leases.is_over():
            for watched in self._watched:
                watched.keep_up(may_move=False)
            # Looked at closely until it answers: an end after that is not a failure to start.
            time.sleep(TICK_SECONDS if all(watched.is_up for watched in self._watched) else STARTING_TICK_SECONDS)

    def _end(self) -> None:
        self._home.announcement.unlink(missing_ok=True)
        for watched in self._watched:
            watched.server.ask_to_stop()
        for watched in self._watched:
            watched.server.finish(STOP_SECONDS)

    def _stop(self, number: int, frame: object) -> None:
        self._told_to_stop = True


def _site(home: Home) -> Site:
    account = account_of(home)
    return Site(home, servers_folder(home, account), account, _password(home))


def _password(home: Home) -> str:
    if not home.password.exists():
        write_secret(home.password, secrets.token_urlsafe(24))
    return home.password.read_text()


def main(home: Path, lock: int) -> int:
    """Run as the detached process; the last line logged is the reason when it fails."""
    os.set_inheritable(lock, False)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        Supervisor(Home.at(home)).run()
    except (ViewcountError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    if os.fork() == 0:
        sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
