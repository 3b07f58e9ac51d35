"""Writes a file whole or not at all: under a temporary name beside it, renamed when it is complete."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from viewcount_core.errors import InputError, ServerUnavailable


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file that appears at `path`, in place of an older one, when the block ends without an error.

    A device or pipe is written directly. Raise `InputError` where no file can be made, `ServerUnavailable` when the
    disk is full.
    """
    place = path.resolve()
    if place.is_dir():
        raise InputError(f"{path}: is a folder; name a file in it")
    if place.exists() and not place.is_file():
        with place.open("wb") as device:
            yield device
        return
    with _fresh_file(path, place) as file:
        yield file


@contextmanager
def _fresh_file(path: Path, place: Path) -> Iterator[BinaryIO]:
    fresh = place.with_name(f".{place.name}.{secrets.token_hex(4)}.part")
    file = _open(path, place, fresh)
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(place)
    except OSError as error:
        raise ServerUnavailable(f"{path}: cannot be written: {error.strerror or error}") from error
    finally:
        fresh.unlink(missing_ok=True)


def _open(path: Path, place: Path, fresh: Path) -> BinaryIO:
    try:
        return fresh.open("xb")
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no folder {place.parent}; make it, or name another") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}; name another file") from error
