"""Whole answers as the cache keeps them: what the cache stood at, a line feed, the body."""

from dataclasses import dataclass

from viewcount_api.reading.cache_reader import Stamp
from viewcount_core.cache_keys import ANNOUNCED_KEY, REFRESHES_KEY, jittered

LONGEST_ANSWER = 1_000_000

# KEYS: announced, refreshes, the answer. ARGV: generation and refreshes it was made from, lifetime, value.
STORE_ANSWER = """
if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
if (redis.call('get', KEYS[2]) or '0') ~= ARGV[2] then return 0 end
redis.call('set', KEYS[3], ARGV[4], 'ex', ARGV[3])
return 1
"""


@dataclass(frozen=True, slots=True)
class CachedAnswer:
    """A body, if there is one to be served, and what the cache stood at; None when it is away."""

    body: bytes | None
    stamp: Stamp | None


def body_of(value: bytes | None, stamp: Stamp) -> bytes | None:
    """The body, when it was made from what the cache stands at now."""
    head = _head(stamp)
    return value[len(head) :] if value is not None and value.startswith(head) else None


def storing_answer(key: str, body: bytes, stamp: Stamp, seconds: int) -> tuple[str | int | bytes, ...]:
    """The command that stores it, if the cache has not moved on."""
    keys = (ANNOUNCED_KEY, REFRESHES_KEY, key)
    return ("EVAL", STORE_ANSWER, len(keys), *keys, *stamp, jittered(seconds), _head(stamp) + body)


def _head(stamp: Stamp) -> bytes:
    return b"%d.%d\n" % stamp
