"""The cache as its writers see it: storing, dropping, and the generation that keeps old numbers out.

Losing the cache costs speed, never an answer or a run: what happens here reports False when the server is away and
logs why. Reading is the API's, in `viewcount_api/reading/cache_reader.py`.
"""

import logging
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from viewcount_core.cache_keys import (
    ANNOUNCED_KEY,
    PUBLISHED_CHANNEL,
    PUBLISHED_KEY,
    REFRESHES_KEY,
    is_entry,
    keys_of,
    lifetime_seconds,
)
from viewcount_core.demand import Demand
from viewcount_core.errors import ConfigurationError
from viewcount_core.ownership import Ownership
from viewcount_core.published import Reading

logger = logging.getLogger(__name__)

ANSWER_SECONDS = 5.0
CHUNK_TRACKS = 500
SCAN_KEYS = 1000

# Redis runs a script as one step, so no publication and no refresh can come between the comparison and the storing.
# Without an announced generation nothing is stored: it cannot be told then what was published meanwhile.
# KEYS: announced, refreshes, then the entries.
# ARGV: generation read and refreshes seen, then lifetime and value of each entry.
STORE = """
local announced = tonumber(redis.call('get', KEYS[1]) or '')
if not announced or tonumber(ARGV[1]) < announced then return 0 end
if (redis.call('get', KEYS[2]) or '0') ~= ARGV[2] then return 0 end
for i = 3, #KEYS do redis.call('set', KEYS[i], ARGV[2 * i - 2], 'ex', ARGV[2 * i - 3]) end
return 1
"""
# The same for what a refresh has read; whatever cannot be stored is dropped, and readers of the old are shut out.
REPLACE_ENTRIES = """
local announced = tonumber(redis.call('get', KEYS[1]) or '')
local is_newest = announced and tonumber(ARGV[1]) >= announced and redis.call('get', KEYS[2]) == ARGV[2]
for i = 3, #KEYS do
    if is_newest then redis.call('set', KEYS[i], ARGV[2 * i - 2], 'ex', ARGV[2 * i - 3])
    else redis.call('unlink', KEYS[i]) end
end
redis.call('incr', KEYS[2])
return 1
"""
# KEYS: one generation. ARGV: its new value, which never goes back.
MOVE_ON = """
local present = tonumber(redis.call('get', KEYS[1]) or '')
if not present or present < tonumber(ARGV[1]) then redis.call('set', KEYS[1], ARGV[1]) end
"""
# KEYS: announced. ARGV: what it was seen to be ('' for none) and what it shall be.
REPLACE = """
if (redis.call('get', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('set', KEYS[1], ARGV[2])
return 1
"""

# KEYS: a counter. ARGV: how many more, and seconds it lives. In one step, so that none is left that never ends.
COUNT = """
local count = redis.call('incrby', KEYS[1], ARGV[1])
if count == tonumber(ARGV[1]) then redis.call('expire', KEYS[1], ARGV[2]) end
return count
"""

T = TypeVar("T")


def parse_redis(url: str) -> str:
    """`url` itself; raise `ConfigurationError` without showing it when it is not a Redis URL."""
    try:
        redis.ConnectionPool.from_url(url)
    except ValueError:
        raise ConfigurationError("REDIS_URL: not a Redis URL; a valid value is REDIS_URL=redis://host:6379/0") from None
    return url


class Cache:
    """One Redis or Valkey database. Every method says by its result whether the server did it."""

    def __init__(self, url: str, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._redis = redis.Redis.from_url(
            parse_redis(url),
            socket_timeout=answer_seconds,
            socket_connect_timeout=answer_seconds,
            # Once more, as a connection may have been closed by a server that is back since.
            retry=Retry(NoBackoff(), 1),
        )
        self.demand = Demand(self._redis)
        self.ownership = Ownership(self._redis)
        self._store = self._redis.register_script(STORE)
        self._replace_entries = self._redis.register_script(REPLACE_ENTRIES)
        self._move_on = self._redis.register_script(MOVE_ON)
        self._replace = self._redis.register_script(REPLACE)
        self._count = self._redis.register_script(COUNT)

    def refreshes(self) -> int | None:
        """How often tracks were refreshed: ask before reading what is to be stored. None when away."""
        try:
            return int(self._redis.get(REFRESHES_KEY) or 0)
        except redis.RedisError:
            return None  # storing says so

    def store(self, reading: Reading, refreshes: int | None) -> bool:
        """Store what was read, unless a publication was announced since or a refresh came after the `refreshes` seen.

        False then, and when the server is away.
        """
        if refreshes is None:
            return False
        try:
            return bool(self._store(*_arguments(reading, refreshes)))
        except redis.RedisError as error:
            return _report("cache_not_stored", error)

    def begin_refresh(self) -> int | None:
        """Shut out what was read before now; the number `replace` wants. None when away."""
        try:
            return int(self._redis.incr(REFRESHES_KEY))
        except redis.RedisError as error:
            _report("refresh_not_begun", error)
            return None

    def replace(self, reading: Reading, refreshes: int) -> bool:
        """Put what a refresh has read in the place of what is cached, or of nothing when something came between."""
        try:
            return bool(self._replace_entries(*_arguments(reading, refreshes)))
        except redis.RedisError as error:
            return _report("cache_not_refreshed", error)

    def drop(self, isrcs: Iterable[str]) -> bool:
        """Drop every entry of these tracks."""
        try:
            for chunk in _chunks(isrcs, CHUNK_TRACKS):
                self._redis.unlink(*(key for isrc in chunk for key in keys_of(isrc)))
        except redis.RedisError as error:
            return _report("cache_not_dropped", error)
        return True

    def publish_generation(self, generation: int, changed: Iterable[str]) -> bool:
        """Make `generation`, committed in `publications`, the one readers see: drop the entries of what changed.

        The order matters and is kept here: announce, so that no older reading is stored any more; drop; say that it
        is done. When this ends early, the API notices within seconds and empties the cache.
        """
        try:
            self._move_on([ANNOUNCED_KEY], [generation])
            if not self.drop(changed):
                return False
            self._move_on([PUBLISHED_KEY], [generation])
            self._redis.publish(PUBLISHED_CHANNEL, generation)
        except redis.RedisError as error:
            return _report("generation_not_published", error)
        return True

    def generations(self) -> tuple[int | None, int | None] | None:
        """The generation announced and the one published, each None where there is none; None when away."""
        try:
            announced, published = self._redis.mget(ANNOUNCED_KEY, PUBLISHED_KEY)
        except redis.RedisError:
            return None  # nothing is lost by it, and whoever reads the cache says so
        return _number(announced), _number(published)

    def reset_generation(self, seen: int | None, generation: int) -> bool:
        """Empty the cache and start anew from `generation`, unless `seen` is not what is announced any more."""
        try:
            if not self._replace([ANNOUNCED_KEY], ["" if seen is None else seen, generation]):
                return False
            self._clear()
            self._redis.set(PUBLISHED_KEY, generation)
        except redis.RedisError as error:
            return _report("cache_not_reset", error)
        return True

    def count(self, key: str, amount: int, seconds: int) -> int | None:
        """Count `amount` more under `key`, which lives for so many seconds from its first; None when away."""
        try:
            return int(self._count([key], [amount, seconds]))
        except redis.RedisError as error:
            _report("not_counted", error)
            return None

    def close(self) -> None:
        """Close all connections."""
        self._redis.close()

    def _clear(self) -> None:
        ours = (key for key in self._redis.scan_iter(count=SCAN_KEYS) if is_entry(key))
        for chunk in _chunks(ours, SCAN_KEYS):
            self._redis.unlink(*chunk)


def storing(reading: Reading, refreshes: int) -> tuple[str | int | bytes, ...]:
    """What `Cache.store` does as one command, for whoever has a connection of their own."""
    keys, arguments = _arguments(reading, refreshes)
    return ("EVAL", STORE, len(keys), *keys, *arguments)


def _arguments(reading: Reading, refreshes: int) -> tuple[list[str], list[str | int | bytes]]:
    keys: list[str] = [ANNOUNCED_KEY, REFRESHES_KEY]
    arguments: list[str | int | bytes] = [reading.generation, refreshes]
    for entry in reading.entries:
        keys.append(entry.key)
        arguments += (lifetime_seconds(entry.kind, entry.value), entry.value)
    return keys, arguments


def _chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def _number(value: bytes | str | None) -> int | None:
    return None if value is None else int(value)


def _report(event: str, error: redis.RedisError) -> bool:
    logger.warning("%s reason=%s", event, error)
    return False
