"""Bodies in fewer bytes: levels that cost little, as an answer is compressed once for each client."""

import gzip
from collections.abc import Callable

import brotli
import zstandard

WORTH_BYTES = 1024
# Above this size it takes some milliseconds, in which others are not to wait.
THREAD_BYTES = 100_000


def _gzip(body: bytes) -> bytes:
    # Without the time: equal bodies have equal bytes, which the strong ETag promises.
    return gzip.compress(body, compresslevel=1, mtime=0)


def _br(body: bytes) -> bytes:
    return bytes(brotli.compress(body, mode=brotli.MODE_TEXT, quality=1))


def _zstd(body: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=1).compress(body)


COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {"zstd": _zstd, "br": _br, "gzip": _gzip}


def compress(body: bytes, coding: str) -> bytes:
    """`body` in one of the codings of RFC 9110, for as many bytes as it takes."""
    return COMPRESSORS[coding](body)
