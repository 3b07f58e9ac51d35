"""A track as the resolvers see it: entries of the cache, decoded where they are asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from viewcount_core.cache_keys import Kind
from viewcount_core.records import Service


@dataclass(frozen=True, slots=True)
class Track:
    """One known track and the entries that the query needs."""

    isrc: str
    entries: Mapping[str, bytes]

    def raw(self, kind: Kind) -> bytes:
        """The entry as it is stored."""
        return self.entries[kind.key(self.isrc)]

    def decoded(self, kind: Kind, service: Service | None = None) -> Any:
        """The entry's value."""
        return orjson.loads(self.entries[kind.key(self.isrc, service)])


@dataclass(frozen=True, slots=True)
class ServiceViewCounts:
    """What one service says of a track; `count` is not empty."""

    track: Track
    service: Service
    count: Mapping[str, Any]
