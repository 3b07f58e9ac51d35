"""Where the numbers come from: the cache, and PostgreSQL for what it lacks or when it is gone."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from viewcount_api import metrics
from viewcount_api.reading.answers import LONGEST_ANSWER, CachedAnswer, body_of, storing_answer
from viewcount_api.reading.cache_reader import ANSWER_SECONDS, CacheReader, Stamp
from viewcount_api.reading.databases import Databases, rows_of
from viewcount_api.reading.demand_sample import DemandSample
from viewcount_api.reading.flights import Flights
from viewcount_core.cache import Cache, storing
from viewcount_core.cache_keys import ANSWER_PREFIX, Kind
from viewcount_core.errors import ServerUnavailable
from viewcount_core.ownership import Claim, identity_of
from viewcount_core.published import Reading
from viewcount_core.servers import redis_url
from viewcount_core.settings import Settings

T = TypeVar("T")
# Requests have had their time before; what still runs is wanted by nobody.
CLOSING_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Cached:
    """Entries found in the cache, by key; without a stamp it was away, or cannot say what it holds."""

    entries: dict[str, bytes]
    stamp: Stamp | None


class Store:
    """PostgreSQL and the cache of one process.

    PostgreSQL is spoken to in threads, as many as it has connections: one hop covers the statement, the encoding and
    the storing, and the code is the one the pipeline warms the cache with.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._threads = ThreadPoolExecutor(settings.database_pool_size, thread_name_prefix="store")
        self._databases: Databases | None = None
        self._opening: Databases | None = None  # until they are found to be ours
        self._cache: Cache | None = None
        self._reader: CacheReader | None = None
        self._flights = Flights()
        self.demand = DemandSample()
        self._identity = ""
        self.refreshes = 0
        """How many there were in this process, which is known even while the cache is away."""
        self._missed: set[str] = set()  # tracks whose refresh the cache does not know of
        self.needs_generation = asyncio.Event()

    async def in_thread(self, function: Callable[..., T], *arguments: Any) -> T:
        """Run what blocks. Raise `ServerUnavailable` where the store is closed."""
        try:
            running = asyncio.get_running_loop().run_in_executor(self._threads, function, *arguments)
        except RuntimeError as error:
            raise ServerUnavailable("this process is stopping") from error
        return await running

    async def open(self) -> None:
        """Find the servers, starting embedded ones, and accept the database only if its schema and world are ours.

        Raise `ServerUnavailable`, `MigrationError` or `ConfigurationError`; may be called again then.
        """
        if self._reader is None:
            url = await self.in_thread(redis_url, self._settings)
            self._cache = Cache(url, ANSWER_SECONDS)
            self._reader = CacheReader(url)
        await self._reader.open()
        self._databases = await self.in_thread(self._open_databases)

    async def keep_servers(self) -> None:
        """Start embedded servers anew when they were lost; they come back at the same address."""
        await self.in_thread(redis_url, self._settings)

    async def cached(self, keys: Sequence[str]) -> Cached:
        """Those of `keys` that the cache has, and what it stood at then."""
        values = await self._reader.get_many(keys) if self._reader else None
        if values is None:
            metrics.fallbacks.inc()
            return Cached({}, None)
        if values.stamp is None:
            self.needs_generation.set()
        found = {key: value for key, value in zip(keys, values.found, strict=True) if value is not None}
        _count(keys, found)
        return Cached(found, values.stamp)

    async def read(self, isrcs: Sequence[str], kinds: frozenset[Kind], stamp: Stamp | None) -> dict[str, bytes]:
        """These kinds of entries, by key, from PostgreSQL; stored unless the cache has moved on from `stamp`.

        Raise `ServerUnavailable`.
        """
        seen = (kinds, stamp, self.refreshes)
        return await self._flights.read(isrcs, seen, partial(self._read_and_store, kinds, stamp))

    async def refresh(self, isrcs: Sequence[str]) -> Mapping[str, bytes]:
        """Read these tracks anew and put that in the place of what is cached. Raise `ServerUnavailable`."""
        self.refreshes += 1
        return await self.in_thread(self._refresh, isrcs)

    async def answer(self, key: str) -> CachedAnswer:
        """The whole answer kept under `key`, if it is of what readers see now."""
        values = await self._reader.get_many([key]) if self._reader else None
        if values is None or values.stamp is None:
            return CachedAnswer(None, None)
        body = body_of(values.found[0], values.stamp)
        (metrics.cache_misses if body is None else metrics.cache_hits)[ANSWER_PREFIX].inc()
        return CachedAnswer(body, values.stamp)

    def keep_answer(self, key: str, body: bytes, stamp: Stamp, seconds: int) -> None:
        """Store a whole answer, unless the cache has moved on from `stamp`."""
        if self._reader and len(body) <= LONGEST_ANSWER:
            self._reader.tell(*storing_answer(key, body, stamp, seconds))

    async def rows(self, query: str, **parameters: object) -> list[dict[str, Any]]:
        """The rows of `sql/<query>.sql`. Raise `ServerUnavailable`."""
        return await self.in_thread(lambda: rows_of(self._opened().general, query, **parameters))

    async def look_up(self, query: str, **parameters: object) -> list[dict[str, Any]]:
        """Likewise, of a query with one plan for whatever is asked. Raise `ServerUnavailable`."""
        return await self.in_thread(lambda: rows_of(self._opened().lookups, query, **parameters))

    def generation(self) -> int:
        """The generation PostgreSQL stands at; blocks. Raise `ServerUnavailable`."""
        (latest,) = rows_of(self._opened().general, "pipeline/latest_publication")
        if latest["published_at"]:
            metrics.note_generation(latest["generation"], latest["published_at"])
        return int(latest["generation"])

    def publications_after(self, generation: int | None) -> list[dict[str, Any]]:
        """Publications after that one, or the latest alone; blocks. Raise `ServerUnavailable`."""
        database = self._opened().general
        if generation is None:
            return rows_of(database, "pipeline/latest_publication")
        return rows_of(database, "api/publications_after", generation=generation)

    def count(self, key: str, amount: int, seconds: int) -> int | None:
        """Count `amount` more under `key` for all workers; blocks. None when the cache is away."""
        return self._cache.count(key, amount, seconds) if self._cache else None

    def claim_cache(self) -> Claim | None:
        """Ask whether the cache is ours, and leave it alone while it is not; blocks. Raise `ServerUnavailable`."""
        self._identity = self._identity or identity_of(self._opened().general)
        claim = self.cache.ownership.claim(self._identity)
        if self._reader:
            self._reader.is_barred = claim is Claim.FOREIGN
        return claim

    def repeat_refreshes(self) -> None:
        """Drop what was refreshed while the cache was away; blocks."""
        missed = set(self._missed)
        if self.is_cache_away or not missed:
            return
        # Readers of what is dropped are shut out as by any refresh: those of before, and those in between.
        if self.cache.begin_refresh() and self.cache.drop(missed) and self.cache.begin_refresh():
            self._missed -= missed

    def tell_demand(self) -> None:
        """Let whoever warms the cache know which tracks were asked for; blocks."""
        if self._cache and (asked := self.demand.take()) and not self.is_cache_away:
            self._cache.demand.add(asked)

    @property
    def cache(self) -> Cache:
        """The cache for whoever writes it; blocks. Raise `ServerUnavailable` before it was found."""
        if self._cache is None:
            raise ServerUnavailable("the cache was not reached yet")
        return self._cache

    @property
    def is_cache_away(self) -> bool:
        """Whether answers come from PostgreSQL alone at present."""
        return self._reader is None or self._reader.is_away or self._reader.is_barred

    async def close(self) -> None:
        """Let work under way end, for a moment at most, and close all connections."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        ending = asyncio.create_task(asyncio.to_thread(self._threads.shutdown))
        await asyncio.wait([ending], timeout=CLOSING_SECONDS)
        for databases in (self._opening, self._databases):
            if databases:
                databases.cut()
        await ending
        if self._reader:
            await self._reader.close()
        if self._cache:
            self._cache.close()
        if self._databases:
            self._databases.close()

    def _open_databases(self) -> Databases:
        self._opening = Databases.of(self._settings)
        try:
            self._opening.prepare(self._settings)
        except BaseException:
            self._opening.close()
            raise
        return self._opening

    def _opened(self) -> Databases:
        if self._databases is None:
            raise ServerUnavailable("PostgreSQL was not reached yet")
        return self._databases

    async def _read_and_store(
        self, kinds: frozenset[Kind], stamp: Stamp | None, isrcs: Sequence[str]
    ) -> Mapping[str, bytes]:
        reading = await self.in_thread(lambda: self._opened().read(isrcs, kinds))
        if stamp and self._reader:
            # Nobody waits for it, and whoever asks after it finds it.
            self._reader.tell(*storing(reading, stamp.refreshes))
        return by_key(reading)

    def _refresh(self, isrcs: Sequence[str]) -> Mapping[str, bytes]:
        refreshes = self._cache.begin_refresh() if self._cache else None
        # Dropped after reading: without PostgreSQL the old entries are all that readers have.
        reading = self._opened().read(isrcs)
        if self._cache and (refreshes is None or not self._cache.replace(reading, refreshes)):
            self._missed.update(isrcs)
        return by_key(reading)


def by_key(reading: Reading) -> Mapping[str, bytes]:
    """The entries as if they had come from the cache."""
    return {entry.key: entry.value for entry in reading.entries}


def _count(keys: Iterable[str], found: Mapping[str, bytes]) -> None:
    asked = Counter(key.partition(":")[0] for key in keys)
    there = Counter(key.partition(":")[0] for key in found)
    for kind, number in asked.items():
        metrics.cache_hits[kind].inc(there[kind])
        metrics.cache_misses[kind].inc(number - there[kind])
