"""Readings of PostgreSQL under way: who wants a track that is being read already waits for that reading."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable, Iterable, Mapping
from typing import Any

from viewcount_api import metrics

Entries = Mapping[str, bytes]
Read = Callable[[list[str]], Coroutine[Any, Any, Entries]]


class Flights:
    """The readings of one process.

    One is joined only by those who want the same of a track and saw the cache at the same stamp, both in `seen`:
    whoever comes after a refresh or a publication gets a reading that began after it.
    """

    def __init__(self) -> None:
        self._under_way: dict[tuple[str, Hashable], asyncio.Task[Entries]] = {}

    async def read(self, isrcs: Iterable[str], seen: Hashable, read: Read) -> dict[str, bytes]:
        """The entries of these tracks: of readings under way, and all the others by one call of `read`."""
        wanted = [(isrc, seen) for isrc in isrcs]
        own = [key for key in wanted if key not in self._under_way]
        if own:
            reading = asyncio.create_task(self._reading(own, read))
            self._under_way.update({key: reading for key in own})
        if joined := len(wanted) - len(own):
            metrics.flight_joins.inc(joined)
        readings = {self._under_way[key] for key in wanted}
        # Not by `gather`: who hangs up must not end a reading that others wait for.
        await asyncio.wait(readings)
        return {key: value for reading in readings for key, value in reading.result().items()}

    async def _reading(self, keys: list[tuple[str, Hashable]], read: Read) -> Entries:
        try:
            return await read([isrc for isrc, _ in keys])
        finally:
            for key in keys:
                del self._under_way[key]
