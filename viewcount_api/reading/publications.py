"""Tells of each publication as it happens, as long as somebody listens.

Redis says that there is one, and PostgreSQL which; without Redis it is looked for every few seconds.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from viewcount_api import metrics
from viewcount_api.reading.lazy_redis import LazyRedis
from viewcount_api.reading.store import Store
from viewcount_core.cache_keys import PUBLISHED_CHANNEL
from viewcount_core.errors import ServerUnavailable

LOOK_SECONDS = 4.0
RETRY_SECONDS = 1.0
BEGIN_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Publication:
    """One step of what readers see."""

    generation: int
    published_at: datetime | None


class Publications:
    """One reader of PostgreSQL and Redis for all who listen in this process."""

    def __init__(self, store: Store, redis: LazyRedis) -> None:
        self._store = store
        self._redis = redis
        self._listening: set[asyncio.Queue[Publication | None]] = set()
        self._feeding: asyncio.Task[None] | None = None
        self._seen: int | None = None
        self._has_begun = asyncio.Event()

    @property
    def listeners(self) -> int:
        """How many listen."""
        return len(self._listening)

    @asynccontextmanager
    async def heard(self) -> AsyncIterator[asyncio.Queue[Publication | None]]:
        """Publications made from now on, in order; None is the end. Waits a while for PostgreSQL to say what now is."""
        queue: asyncio.Queue[Publication | None] = asyncio.Queue()
        self._listening.add(queue)
        metrics.subscribers.inc()
        try:
            if self._feeding is None:
                self._feeding = asyncio.create_task(self._feed())
            with suppress(TimeoutError):
                async with asyncio.timeout(BEGIN_SECONDS):
                    await self._has_begun.wait()
            yield queue
        finally:
            metrics.subscribers.dec()
            self._listening.discard(queue)
            if not self._listening:
                self._stop_feeding()

    def end(self) -> None:
        """Tell everybody that nothing more will come."""
        for queue in self._listening:
            queue.put_nowait(None)

    def _stop_feeding(self) -> None:
        if self._feeding:
            self._feeding.cancel()
        self._feeding, self._seen = None, None
        self._has_begun.clear()

    async def _feed(self) -> None:
        messages: PubSub | None = None
        try:
            while True:
                messages = messages or await self._subscribed()
                with suppress(ServerUnavailable):  # requests tell of it; what is missed now comes later
                    await self._look()
                messages = await self._waited(messages)
        finally:
            if messages:
                await messages.aclose()  # type: ignore[no-untyped-call]

    async def _look(self) -> None:
        rows = await self._store.in_thread(self._store.publications_after, self._seen)
        if self._seen is not None:
            for queue in self._listening:
                for row in rows:
                    queue.put_nowait(Publication(row["generation"], row["published_at"]))
        self._seen = rows[-1]["generation"] if rows else self._seen
        self._has_begun.set()

    async def _subscribed(self) -> PubSub | None:
        if (redis := self._redis.reachable()) is None:
            return None
        messages = redis.pubsub()
        try:
            await messages.subscribe(PUBLISHED_CHANNEL)
        except (RedisError, OSError) as error:
            self._redis.leave_alone(error)
            return None
        return messages

    async def _waited(self, messages: PubSub | None) -> PubSub | None:
        """Wait for a message, or for the time to look anyway; returns what to wait for next time."""
        if messages is None:
            await asyncio.sleep(RETRY_SECONDS)
            return None
        try:
            await messages.get_message(ignore_subscribe_messages=False, timeout=LOOK_SECONDS)
        except (RedisError, OSError) as error:
            self._redis.leave_alone(error)
            await messages.aclose()  # type: ignore[no-untyped-call]
            return None
        return messages
