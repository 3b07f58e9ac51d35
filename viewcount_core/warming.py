"""Fills the cache before anybody asks."""

from collections.abc import Sequence

from viewcount_core.cache import CHUNK_TRACKS, Cache
from viewcount_core.database import Database
from viewcount_core.published import read_published


def warm(database: Database, cache: Cache, isrcs: Sequence[str]) -> int:
    """Read these tracks and store them; returns how many were, fewer when the cache is away or a newer generation came.

    Raise `ServerUnavailable` when PostgreSQL is away.
    """
    warmed = 0
    for start in range(0, len(isrcs), CHUNK_TRACKS):
        chunk = isrcs[start : start + CHUNK_TRACKS]
        refreshes = cache.refreshes()
        if not cache.store(read_published(database, chunk), refreshes):
            break
        warmed += len(chunk)
    return warmed
