"""Documents by their hash in Redis, as long as Redis is there."""

from redis.exceptions import RedisError

from viewcount_api.reading.lazy_redis import LazyRedis

KEY = "persisted_query:{}"
LIFE_SECONDS = 24 * 3600


class DocumentStore:
    """Reads and writes single documents; without Redis there are none."""

    def __init__(self, redis: LazyRedis) -> None:
        self._redis = redis

    async def get(self, digest: str) -> str | None:
        """The document; None when it is not there, or Redis is not."""
        if (redis := self._redis.reachable()) is None:
            return None
        try:
            value = await redis.getex(KEY.format(digest), ex=LIFE_SECONDS)
        except (RedisError, OSError) as error:
            self._redis.leave_alone(error)
            return None
        return value.decode(errors="replace") if isinstance(value, bytes) else None

    async def put(self, digest: str, document: str) -> bool:
        """Store it for a day after it was last asked for; False when Redis is not there."""
        if (redis := self._redis.reachable()) is None:
            return False
        try:
            await redis.set(KEY.format(digest), document, ex=LIFE_SECONDS)
        except (RedisError, OSError) as error:
            self._redis.leave_alone(error)
            return False
        return True
