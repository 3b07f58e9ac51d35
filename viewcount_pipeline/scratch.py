"""Folders for one run's files, owned by a lock: what a killed run left behind is removed at the next start."""

import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Chrome puts a socket some 70 characters below its folder, and paths of sockets end at 103 bytes.
_LONGEST_PATH = 30
_SHORT_PLACE = Path("/tmp")  # not the system's own choice, which is long on macOS
_GONE_TRIES, _GONE_PAUSE_SECONDS = 40, 0.05


@contextmanager
def owned_folder(scratch: Path) -> Iterator[Path]:
    """A new folder below `scratch` while the block runs; folders whose owners are gone are removed first.

    Where its path is too long for sockets, what is given is a short link to it.
    """
    scratch = scratch.resolve()
    scratch.mkdir(parents=True, exist_ok=True)
    with _locked(scratch / "scratch.lock"):
        _remove_leftovers(scratch)
        folder = scratch / f"run-{secrets.token_hex(6)}"
        folder.mkdir()
        owner = _open_lock(_lock_of(folder))
        fcntl.flock(owner, fcntl.LOCK_EX)
    try:
        yield _short_path(folder)
    finally:
        _give_back(folder)
        os.close(owner)


def remove(folder: Path) -> None:
    """Remove a folder although a process just killed may still be closing its files there."""
    for _ in range(_GONE_TRIES):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(_GONE_PAUSE_SECONDS)


def _remove_leftovers(scratch: Path) -> None:
    for folder in scratch.glob("run-*/"):
        lock = _open_lock(_lock_of(folder))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        else:
            _give_back(folder)
        finally:
            os.close(lock)


def _short_path(folder: Path) -> Path:
    if len(str(folder)) <= _LONGEST_PATH:
        return folder
    link = _link_to(folder)
    link.symlink_to(folder.resolve(), target_is_directory=True)
    return link


def _give_back(folder: Path) -> None:
    remove(folder)
    _link_to(folder).unlink(missing_ok=True)
    _lock_of(folder).unlink(missing_ok=True)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    lock = _open_lock(path)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _lock_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.lock")


def _link_to(folder: Path) -> Path:
    return _SHORT_PLACE / f"viewcount-{folder.name}"


def _open_lock(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
