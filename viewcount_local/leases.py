"""A lease on the embedded servers of a home: who holds one, in whichever process, keeps them running.

A lease is a shared lock on a file, so the kernel takes it back however the process ends. The supervisor stops the
servers while it holds that lock exclusively: a process that has a lease never looks at servers on their way out.
The process that finds the supervisor's own lock free starts one and hands it that lock still locked: there is no
moment in which two can start, nor one in which a dead supervisor's announcement passes for that of a living one.
"""

import errno
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from viewcount_core.errors import ServerUnavailable
from viewcount_local.home import Home, set_aside, write_secret
from viewcount_local.locks import (
    EXCLUSIVE,
    POLL_SECONDS,
    SHARED,
    exclusively,
    is_same_file,
    open_lock,
    try_lock,
    wait_lock,
)

START_SECONDS = 60.0
LAUNCH_SECONDS = 30.0
FULL_BYTES = 1_000_000

_held: dict[Path, int] = {}
_guard = threading.Lock()


@dataclass(frozen=True)
class Servers:
    """Where the embedded servers listen; the URLs hold a password and name no database."""

    postgres_url: str
    redis_url: str


def lease(home: Path) -> Servers:
    """Start the embedded servers of `home` if needed, and keep them until this process ends.

    May be called again and from any thread; a later call also notices servers that were lost and starts them anew.
    Raise `ServerUnavailable` with one line that names the log when they cannot be had within a minute.
    """
    place = Home.at(home)
    deadline = time.monotonic() + START_SECONDS
    with _guard, _readable_errors(place):
        is_new = _take_share(place, deadline)
        try:
            return _await_servers(place, deadline)
        except ServerUnavailable:
            if is_new:
                _drop_share(place)
            raise


def release(home: Path) -> None:
    """Give this process's lease back early; the servers stop soon after the last one is gone."""
    with _guard:
        _drop_share(Home.at(home))


def read_servers(home: Path) -> Servers | None:
    """What runs now, without starting or keeping anything; None when nothing does."""
    place = Home.at(home)
    with _readable_errors(place):
        if not place.supervisor_lock.exists() or _is_free(place.supervisor_lock):
            return None
        return _announced(place)


def announce(place: Home, servers: Servers) -> None:
    """Tell everybody who may read this home's secrets where the servers are."""
    write_secret(place.announcement, json.dumps(asdict(servers)))


def _take_share(place: Home, deadline: float) -> bool:
    """Take the shared lock; False when this process has it already."""
    place.log("supervisor").parent.mkdir(parents=True, exist_ok=True)
    if place.root in _held and is_same_file(_held[place.root], place.lease_lock):
        return False
    _drop_share(place)
    descriptor = open_lock(place.lease_lock)
    if not wait_lock(descriptor, SHARED, deadline):
        os.close(descriptor)
        raise ServerUnavailable(f"embedded servers take too long to stop (log: {place.log('supervisor')})")
    _held[place.root] = descriptor
    return True


def _drop_share(place: Home) -> None:
    # Closing, not unlocking: a forked child that shares this open file keeps its lease.
    descriptor = _held.pop(place.root, None)
    if descriptor is not None:
        os.close(descriptor)


def _await_servers(place: Home, deadline: float) -> Servers:
    launched = False
    while time.monotonic() < deadline:
        launched = _launch_if_none(place, deadline, launched) or launched
        if servers := _announced(place):
            return servers
        time.sleep(POLL_SECONDS)
    raise ServerUnavailable(
        f"embedded servers are not ready after {START_SECONDS:.0f} s (log: {place.log('postgres')})"
    )


def _launch_if_none(place: Home, deadline: float, launched: bool) -> bool:
    """Start a supervisor unless one lives; raise when the one we started is gone already."""
    with exclusively(place.start_lock, deadline):
        lock = open_lock(place.supervisor_lock)
        try:
            if not try_lock(lock, EXCLUSIVE):
                return False
            if launched:
                raise _failure(place)
            place.announcement.unlink(missing_ok=True)
            _launch(place, lock)
            return True
        finally:
            os.close(lock)


def _launch(place: Home, lock: int) -> None:
    # The program forks and its first process ends at once: the supervisor is no child of ours and leaves no zombie.
    set_aside(place.log("supervisor"))
    with place.log("supervisor").open("wb") as log:
        subprocess.run(
            [sys.executable, "-m", "viewcount_local.supervisor", str(place.root), str(lock)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=Path(__file__).resolve().parents[1],
            pass_fds=[lock],
            start_new_session=True,
            check=False,
            timeout=LAUNCH_SECONDS,
        )


def _announced(place: Home) -> Servers | None:
    try:
        return Servers(**json.loads(place.announcement.read_text()))
    except FileNotFoundError:
        return None


def _is_free(path: Path) -> bool:
    descriptor = open_lock(path)
    try:
        return try_lock(descriptor, SHARED)
    finally:
        os.close(descriptor)


def _failure(place: Home) -> ServerUnavailable:
    lines = place.log("supervisor").read_text(errors="replace").split("\n")
    reasons = [line.strip() for line in lines if line.strip()]
    if reasons:
        return ServerUnavailable(reasons[-1])
    if shutil.disk_usage(place.root).free < FULL_BYTES:
        return ServerUnavailable(f"embedded servers do not start: no space left on device below {place.root}")
    return ServerUnavailable(f"embedded servers do not start and left no reason (log: {place.log('postgres')})")


@contextmanager
def _readable_errors(place: Home) -> Iterator[None]:
    try:
        yield
    except (OSError, subprocess.SubprocessError) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
        hint = "; set VIEWCOUNT_HOME" if getattr(error, "errno", 0) in (errno.EACCES, errno.EROFS, errno.EPERM) else ""
        raise ServerUnavailable(f"embedded servers of {place.root} cannot be used: {reason}{hint}") from error
