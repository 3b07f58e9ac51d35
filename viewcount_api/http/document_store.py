"""Documents by their hash in Redis, as long as Redis is there."""

import asyncio
import logging
import time

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from viewcount_core.errors import ServerUnavailable
from viewcount_core.servers import redis_url
from viewcount_core.settings import Settings

logger = logging.getLogger(__name__)

KEY = "persisted_query:{}"
LIFE_SECONDS = 24 * 3600
ANSWER_SECONDS = 0.25
PAUSE_SECONDS = 1.0


class DocumentStore:
    """Reads and writes single documents; after a failure Redis is left alone for a second."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._redis: Redis | None = None
        self._opening: asyncio.Task[None] | None = None
        self._retry_at = 0.0

    async def get(self, digest: str) -> str | None:
        """The document; None when it is not there, or Redis is not."""
        if (cache := self._reachable()) is None:
            return None
        try:
            value = await cache.getex(KEY.format(digest), ex=LIFE_SECONDS)
        except (RedisError, OSError) as error:
            self._leave_alone(error)
            return None
        return value.decode(errors="replace") if isinstance(value, bytes) else None

    async def put(self, digest: str, document: str) -> None:
        """Store it for a day after it was last asked for."""
        if (cache := self._reachable()) is None:
            return
        try:
            await cache.set(KEY.format(digest), document, ex=LIFE_SECONDS)
        except (RedisError, OSError) as error:
            self._leave_alone(error)

    async def close(self) -> None:
        """Close all connections."""
        if self._opening:
            self._opening.cancel()
        if self._redis:
            await self._redis.aclose()

    def _reachable(self) -> Redis | None:
        if time.monotonic() < self._retry_at:
            return None
        if self._redis is None and (self._opening is None or self._opening.done()):
            # An embedded server may have to be started first, which nobody is to wait for.
            self._opening = asyncio.create_task(self._open())
        return self._redis

    async def _open(self) -> None:
        try:
            url = await asyncio.to_thread(redis_url, self._settings)
        except ServerUnavailable as error:
            self._leave_alone(error)
            return
        self._redis = Redis.from_url(
            url,
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 1),
        )

    def _leave_alone(self, error: Exception) -> None:
        self._retry_at = time.monotonic() + PAUSE_SECONDS
        logger.info("persisted_queries_unreachable reason=%s", error)
