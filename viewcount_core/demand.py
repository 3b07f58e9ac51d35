"""Which tracks readers ask for most, kept in the cache by all workers of the API and read by whoever warms it."""

from collections.abc import Mapping
from typing import cast

import redis

ASKED_KEY = "tracks:asked"
KEPT_TRACKS = 10_000


class Demand:
    """A score for each track that was asked for. Every method does without a server that is away."""

    def __init__(self, client: "redis.Redis") -> None:
        self._redis = client

    def add(self, requests: Mapping[str, int]) -> None:
        """So many requests more, by ISRC."""
        try:
            with self._redis.pipeline(transaction=False) as pipeline:
                for isrc, number in requests.items():
                    pipeline.zincrby(ASKED_KEY, number, isrc)
                pipeline.zremrangebyrank(ASKED_KEY, 0, -KEPT_TRACKS - 1)
                pipeline.execute()
        except redis.RedisError:
            return  # it is a guess at best, and reading the cache says that it is away

    def most_asked(self, first: int) -> list[str]:
        """So many ISRCs, the most asked for first. Scores are halved by it: what was popular once is forgotten."""
        if first == 0:
            return []
        try:
            isrcs = cast("list[bytes]", self._redis.zrevrange(ASKED_KEY, 0, first - 1))
            self._redis.zunionstore(ASKED_KEY, {ASKED_KEY: 0.5})
        except redis.RedisError:
            return []
        return [isrc.decode() for isrc in isrcs]
