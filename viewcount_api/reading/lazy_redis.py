"""A Redis client for what may fail: opened when it is first needed, and left alone for a while after a failure."""

import asyncio
import logging
import time

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from viewcount_core.errors import ServerUnavailable
from viewcount_core.servers import redis_url
from viewcount_core.settings import Settings

logger = logging.getLogger(__name__)

ANSWER_SECONDS = 0.25
PAUSE_SECONDS = 1.0


class LazyRedis:
    """The client, as long as there is reason to believe that it works."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        # Where an address is configured, nothing has to be started or found.
        self._redis = _client(settings.redis_url.get_secret_value()) if settings.redis_url else None
        self._opening: asyncio.Task[None] | None = None
        self._retry_at = 0.0

    def reachable(self) -> Redis | None:
        """The client; None while it is being opened, and for a second after a failure."""
        if time.monotonic() < self._retry_at:
            return None
        if self._redis is None and (self._opening is None or self._opening.done()):
            # An embedded server may have to be started first, which nobody is to wait for.
            self._opening = asyncio.create_task(self._open())
        return self._redis

    def leave_alone(self, error: Exception) -> None:
        """It failed like this."""
        self._retry_at = time.monotonic() + PAUSE_SECONDS
        logger.info("redis_unreachable reason=%s", error)

    async def close(self) -> None:
        """Close all connections."""
        if self._opening:
            self._opening.cancel()
        if self._redis:
            await self._redis.aclose()

    async def _open(self) -> None:
        try:
            url = await asyncio.to_thread(redis_url, self._settings)
        except ServerUnavailable as error:
            self.leave_alone(error)
            return
        self._redis = _client(url)


def _client(url: str) -> Redis:
    return Redis.from_url(
        url,
        socket_timeout=ANSWER_SECONDS,
        socket_connect_timeout=ANSWER_SECONDS,
        # Once more, as a connection may have been closed by a server that is back since.
        retry=Retry(NoBackoff(), 1),
    )
