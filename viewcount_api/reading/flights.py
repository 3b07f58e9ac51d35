"""Readings of PostgreSQL under way: who wants a track that is being read already waits for that reading."""

from collections.abc import Callable, Coroutine, Hashable, Iterable, Mapping
from functools import partial
from typing import Any

from viewcount_api import metrics
from viewcount_api.reading.under_way import Work, await_all

Entries = Mapping[str, bytes]
Read = Callable[[list[str]], Coroutine[Any, Any, Entries]]


class Flights:
    """The readings of one process.

    One is joined only by those who want the same of a track and saw the cache at the same stamp, both in `seen`:
    whoever comes after a refresh or a publication gets a reading that began after it.
    """

    def __init__(self) -> None:
        self._under_way: dict[tuple[str, Hashable], Work[Entries]] = {}

    async def read(self, isrcs: Iterable[str], seen: Hashable, read: Read) -> dict[str, bytes]:
        """The entries of these tracks: of readings under way, and all the others by one call of `read`."""
        wanted = [(isrc, seen) for isrc in isrcs]
        own = [key for key in wanted if key not in self._under_way]
        if own:
            reading = Work(read([isrc for isrc, _ in own]), partial(self._forget, own))
            self._under_way.update({key: reading for key in own})
        if joined := len(wanted) - len(own):
            metrics.flight_joins.inc(joined)
        found = await await_all({self._under_way[key] for key in wanted})
        return {key: value for entries in found for key, value in entries.items()}

    def _forget(self, keys: list[tuple[str, Hashable]], reading: Work[Entries]) -> None:
        for key in keys:
            if self._under_way.get(key) is reading:
                del self._under_way[key]
