"""The access log: one line of JSON for each request, on standard output.

Written at once and with a single call, which costs two microseconds; the logging of the standard library takes ten.
"""

from collections.abc import Sequence
from contextlib import suppress
from os import write
from typing import Any

import orjson

from viewcount_core import clock

STDOUT = 1
OPTIONS = orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z
# Parts that clients choose are cut; once more where they are full of characters that JSON writes as six.
PATH_CHARACTERS, NAME_CHARACTERS, CLIENT_CHARACTERS = 80, 64, 45
CHOSEN_BY_CLIENTS, FEW_CHARACTERS = ("client", "method", "path", "operation"), 15
MAX_CODES = 5
MAX_BYTES = 1000


class AccessLog:
    """Writes to a file descriptor, or nowhere."""

    def __init__(self, is_wanted: bool, descriptor: int = STDOUT) -> None:
        self._descriptor = descriptor if is_wanted else None

    def write(
        self,
        request_id: str,
        client: str,
        method: str,
        path: str,
        status: int,
        size: int,
        seconds: float,
        operation: str = "",
        codes: Sequence[str] = (),
        cache: str = "",
    ) -> None:
        """One request that was answered: `size` in bytes as sent, `cache` hit, miss or empty where there was none."""
        if self._descriptor is None:
            return
        line: dict[str, Any] = {
            "time": clock.utc_now(),
            "id": request_id,
            "client": client[:CLIENT_CHARACTERS],
            "method": method[:NAME_CHARACTERS],
            "path": path[:PATH_CHARACTERS],
            "status": status,
            "operation": operation[:NAME_CHARACTERS],
            "codes": codes[:MAX_CODES],
            "bytes": size,
            "ms": round(seconds * 1000, 3),
            "cache": cache,
        }
        # A full disk or a reader that has gone costs lines, not answers.
        with suppress(OSError, orjson.JSONEncodeError):
            encoded = orjson.dumps(line, option=OPTIONS)
            if len(encoded) > MAX_BYTES:
                line.update({name: line[name][:FEW_CHARACTERS] for name in CHOSEN_BY_CLIENTS})
                encoded = orjson.dumps(line, option=OPTIONS)
            write(self._descriptor, encoded)
