"""Where the numbers come from: the cache, and PostgreSQL for what it lacks or when it is gone."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from viewcount_api import metrics
from viewcount_api.reading.cache_reader import ANSWER_SECONDS, CacheReader
from viewcount_core.cache import Cache
from viewcount_core.cache_keys import PUBLISHED_KEY
from viewcount_core.database import Database
from viewcount_core.errors import ServerUnavailable
from viewcount_core.migrations import check_schema
from viewcount_core.published import Reading, read_published
from viewcount_core.servers import open_database, redis_url
from viewcount_core.settings import Settings

T = TypeVar("T")


class Store:
    """PostgreSQL and the cache of one process.

    PostgreSQL is spoken to in threads, as many as it has connections: one hop covers the statement, the encoding and
    the storing, and the code is the one the pipeline warms the cache with.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._threads = ThreadPoolExecutor(settings.database_pool_size, thread_name_prefix="store")
        self._database: Database | None = None
        self._cache: Cache | None = None
        self._reader: CacheReader | None = None
        self.needs_generation = asyncio.Event()

    async def in_thread(self, function: Callable[..., T], *arguments: Any) -> T:
        """Run what blocks."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, function, *arguments)

    async def open(self) -> None:
        """Find the servers, starting embedded ones, and accept the database only if its schema and world are ours.

        Raise `ServerUnavailable`, `MigrationError` or `ConfigurationError`; may be called again then.
        """
        if self._reader is None:
            url = await self.in_thread(redis_url, self._settings)
            self._cache = Cache(url, ANSWER_SECONDS)
            self._reader = CacheReader(url)
        self._database = await self.in_thread(self._checked_database)

    async def keep_servers(self) -> None:
        """Start embedded servers anew when they were lost; they come back at the same address."""
        await self.in_thread(redis_url, self._settings)

    async def cached(self, keys: Sequence[str]) -> dict[str, bytes] | None:
        """Those of `keys` that the cache has; None when it is away."""
        values = await self._reader.get_many([PUBLISHED_KEY, *keys]) if self._reader else None
        if values is None:
            return None
        if values[0] is None:
            self.needs_generation.set()
        return {key: value for key, value in zip(keys, values[1:], strict=True) if value is not None}

    async def read(self, isrcs: Sequence[str], *, and_store: bool = True) -> Mapping[str, bytes]:
        """Every entry of these tracks, by key, from PostgreSQL. Raise `ServerUnavailable`."""
        return await self.in_thread(self._read, isrcs, and_store)

    async def refresh(self, isrcs: Sequence[str]) -> Mapping[str, bytes]:
        """Read these tracks anew and put that in the place of what is cached. Raise `ServerUnavailable`."""
        return await self.in_thread(self._refresh, isrcs)

    async def rows(self, query: str, **parameters: object) -> list[dict[str, Any]]:
        """The rows of `sql/<query>.sql`. Raise `ServerUnavailable`."""
        return await self.in_thread(self._rows, query, parameters)

    def generation(self) -> int:
        """The generation PostgreSQL stands at; blocks. Raise `ServerUnavailable`."""
        with self._opened().transaction() as tx:
            return int(tx.row("pipeline/latest_publication")["generation"])

    def publications_after(self, generation: int | None) -> list[dict[str, Any]]:
        """Publications after that one, or the latest alone; blocks. Raise `ServerUnavailable`."""
        with self._opened().transaction() as tx:
            if generation is None:
                return tx.rows("pipeline/latest_publication")
            return tx.rows("api/publications_after", generation=generation)

    def count(self, key: str, seconds: int) -> int | None:
        """Count one more under `key` for all workers; blocks. None when the cache is away."""
        return self._cache.count(key, seconds) if self._cache else None

    @property
    def cache(self) -> Cache:
        """The cache for whoever writes it; blocks. Raise `ServerUnavailable` before it was found."""
        if self._cache is None:
            raise ServerUnavailable("the cache was not reached yet")
        return self._cache

    @property
    def is_cache_away(self) -> bool:
        """Whether answers come from PostgreSQL alone at present."""
        return self._reader is None or self._reader.is_away

    async def close(self) -> None:
        """Let work under way end, and close all connections."""
        await asyncio.to_thread(self._threads.shutdown)
        if self._reader:
            await self._reader.close()
        if self._cache:
            self._cache.close()
        if self._database:
            self._database.close()

    def _checked_database(self) -> Database:
        database = open_database(self._settings)
        try:
            check_schema(database, self._settings.world)
        except BaseException:
            database.close()
            raise
        return database

    def _opened(self) -> Database:
        if self._database is None:
            raise ServerUnavailable("PostgreSQL was not reached yet")
        return self._database

    def _read(self, isrcs: Sequence[str], and_store: bool) -> Mapping[str, bytes]:
        reading = read_published(self._opened(), isrcs)
        if and_store and self._cache:
            self._cache.store(reading)
        return by_key(reading)

    def _rows(self, query: str, parameters: Mapping[str, object]) -> list[dict[str, Any]]:
        with metrics.sql_time(query), self._opened().transaction() as tx:
            return tx.rows(query, **parameters)

    def _refresh(self, isrcs: Sequence[str]) -> Mapping[str, bytes]:
        # Read first: without PostgreSQL the old entries are all that readers have.
        reading = read_published(self._opened(), isrcs)
        if self._cache and self._cache.drop(isrcs):
            self._cache.store(reading)
        return by_key(reading)


def by_key(reading: Reading) -> Mapping[str, bytes]:
    """The entries as if they had come from the cache."""
    return {entry.key: entry.value for entry in reading.entries}
