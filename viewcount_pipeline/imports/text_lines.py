"""Streams the lines of a UTF-8 file of any size in blocks; knows nothing of columns."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from viewcount_core.errors import InputError

BLOCK_BYTES = 1 << 20
LONGEST_LINE_BYTES = 100_000
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read_lines(path: Path, on_bytes: Callable[[int], None]) -> Iterator[tuple[int, str]]:
    """Number, from 1, and text of each line that is not blank, without its end.

    `on_bytes` is told how much has been read so far. Raise `InputError` for a file that cannot be read, is not
    UTF-8 or has a line longer than `LONGEST_LINE_BYTES`.
    """
    try:
        with path.open("rb") as file:
            yield from _numbered(path, file, on_bytes)
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file; name a CSV file") from error
    except IsADirectoryError as error:
        raise InputError(f"{path}: is a folder; name the CSV file in it") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}; check the path and its permissions") from error


def _numbered(path: Path, file: BinaryIO, on_bytes: Callable[[int], None]) -> Iterator[tuple[int, str]]:
    done, read = 0, 0
    rest = b""
    while block := file.read(BLOCK_BYTES):
        if not read:
            block = block.removeprefix(_BYTE_ORDER_MARK)
        read += len(block)
        whole, newline, rest = (rest + block).rpartition(b"\n")
        lines = (whole + newline).count(b"\n")
        if len(rest) > LONGEST_LINE_BYTES:
            raise InputError(f"{path}: line {done + lines + 1} has no end; each row has to be a line of its own")
        if newline:
            yield from _split(path, whole, done)
        done += lines
        on_bytes(read)
    if rest:
        yield from _split(path, rest, done)


def _split(path: Path, content: bytes, done: int) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(_decode(path, content, done).split("\n"), done + 1):
        if line and not line.isspace():
            yield number, line.rstrip("\r")


def _decode(path: Path, content: bytes, done: int) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = done + content.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{path}: line {line} is not UTF-8 (byte 0x{content[error.start]:02x}); "
            "save the file as UTF-8, for example with: iconv -f WINDOWS-1252 -t UTF-8"
        ) from error
