"""Locks on whole files, which the kernel gives back however their holder ends.

A lock belongs to the open file: processes that inherit it share it, and it is free when the last of them is gone.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from viewcount_core.errors import ServerUnavailable

SHARED = fcntl.LOCK_SH
EXCLUSIVE = fcntl.LOCK_EX
POLL_SECONDS = 0.05


def open_lock(path: Path) -> int:
    """File descriptor of a lock file, made when missing; a program started from here does not inherit it."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)


def try_lock(descriptor: int, mode: int) -> bool:
    """Take the lock if it is free now."""
    try:
        fcntl.flock(descriptor, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def unlock(descriptor: int) -> None:
    """Give the lock back for all who share this open file."""
    fcntl.flock(descriptor, fcntl.LOCK_UN)


def wait_lock(descriptor: int, mode: int, deadline: float) -> bool:
    """Take the lock, waiting until `deadline` (monotonic seconds) at most."""
    while not try_lock(descriptor, mode):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def is_same_file(descriptor: int, path: Path) -> bool:
    """Whether the file is still the one at that path, and not of a folder that was deleted since."""
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    return os.path.samestat(os.fstat(descriptor), there)


@contextmanager
def exclusively(path: Path, deadline: float) -> Iterator[None]:
    """Hold the lock for the block; raise `ServerUnavailable` when it is not free in time."""
    descriptor = open_lock(path)
    try:
        if not wait_lock(descriptor, EXCLUSIVE, deadline):
            raise ServerUnavailable(f"{path}: locked by another process for too long")
        yield
    finally:
        os.close(descriptor)
