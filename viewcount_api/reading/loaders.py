"""Fetches the tracks of a whole request together: one MGET, and one SQL statement for what the cache lacks."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from viewcount_api.reading.store import Store
from viewcount_api.reading.tracks import Track
from viewcount_core.cache_keys import UNKNOWN, Kind, keys_of

Wanted = Mapping[str, set[Kind]]


class TrackLoader:
    """Collects what the fields of one request ask for at the same time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._wanted: dict[str, set[Kind]] = {}
        self._batch: asyncio.Task[Mapping[str, bytes]] | None = None

    async def load_many(self, isrcs: Sequence[str], kinds: Iterable[Kind]) -> list[Track | None]:
        """The tracks in the order asked for, None for an unknown one. Raise `ServerUnavailable`."""
        for isrc in isrcs:
            self._wanted.setdefault(isrc, set()).update(kinds)
        if self._batch is None:
            self._batch = asyncio.create_task(self._fetch_batch())
        entries = await self._batch
        return [track_of(isrc, entries, kinds) for isrc in isrcs]

    async def _fetch_batch(self) -> Mapping[str, bytes]:
        await asyncio.sleep(0)  # the fields beside the first one ask in the same turn of the loop
        wanted, self._wanted, self._batch = self._wanted, {}, None
        return await fetch(self._store, wanted)


async def fetch(store: Store, wanted: Wanted) -> Mapping[str, bytes]:
    """The entries by key: from the cache, and from PostgreSQL where one of a track's is missing."""
    keys = {isrc: keys_of(isrc, kinds) for isrc, kinds in wanted.items()}
    cached = await store.cached([key for of_track in keys.values() for key in of_track])
    missing = [isrc for isrc, of_track in keys.items() if not all(key in cached.entries for key in of_track)]
    if not missing:
        return cached.entries
    kinds = frozenset(kind for isrc in missing for kind in wanted[isrc])
    return cached.entries | await store.read(missing, kinds, cached.stamp)


def track_of(isrc: str, entries: Mapping[str, bytes], kinds: Iterable[Kind]) -> Track | None:
    """The track, or None where its entries say that it is unknown."""
    for key in keys_of(isrc, kinds):
        if entries[key] == UNKNOWN:
            return None
    return Track(isrc, entries)
