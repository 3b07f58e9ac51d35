"""The cache as the API reads it: many keys in one command, and out of the way at once when the server is gone."""

import logging
import time
from collections.abc import Sequence
from typing import cast

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

ANSWER_SECONDS = 0.25
PAUSE_SECONDS = 1.0


class CacheReader:
    """Reads one Redis or Valkey database; after a failure it is left alone for a second."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(
            url,
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
            # Once more, as a connection may have been closed by a server that is back since.
            retry=Retry(NoBackoff(), 1),
        )
        self._retry_at = 0.0
        self.is_away = False

    async def get_many(self, keys: Sequence[str]) -> list[bytes | None] | None:
        """The values of `keys`, in order, by one MGET; None when the cache is away."""
        if time.monotonic() < self._retry_at:
            return None
        try:
            values = await self._redis.mget(keys)
        except (RedisError, OSError) as error:
            self._leave_alone(error)
            return None
        self._welcome_back()
        return cast("list[bytes | None]", values)  # never text, as no decoding is asked for

    async def close(self) -> None:
        """Close all connections."""
        await self._redis.aclose()

    def _leave_alone(self, error: Exception) -> None:
        self._retry_at = time.monotonic() + PAUSE_SECONDS
        if not self.is_away:
            logger.warning("cache_lost reason=%s", error)
        self.is_away = True

    def _welcome_back(self) -> None:
        if self.is_away:
            logger.info("cache_back")
        self.is_away = False
