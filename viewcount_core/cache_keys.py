"""The keys of the cache, how long each lives, and what its value is: the contract of the pipeline and the API.

    view_count:{isrc}:{service}         {"current": 123456, "last_updated": "2025-01-15T10:30:00Z"}
    historical_views:{isrc}:{service}   [{"date": "2025-01-14", "count": 123000, "delta": 500, ...}], newest first
    gql_view_data:{isrc}                the finished viewCountDataJson
    track_facts:{isrc}                  {"title": ..., "artist": ..., "active": true, ...,
                                         "changes": {"youtube": {"7": [plays, percent], ...}, ...},
                                         "total": {"current": ..., "last_updated": ..., "changes": {...}}}
    gql_response:{hash}                 a whole answer, behind the state of the cache it was made from

The entries of tracks are JSON. Where nothing is recorded the value is empty (`{}`, `[]`); `null` says that the catalog
lacks the ISRC.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass

from viewcount_core.records import Service

MINUTE, HOUR = 60, 3600
UNKNOWN_SECONDS = 30
UNKNOWN = b"null"
JITTER = 0.1

# The generation of what readers see. `announced` is moved before the changed keys are dropped and shuts out values
# read before it; `published` is moved when all of them are gone.
ANNOUNCED_KEY = "publication:announced"
PUBLISHED_KEY = "publication:published"
# Where each is told of when that is done.
PUBLISHED_CHANNEL = "publications"
# How often tracks were refreshed by hand: moved before and after each, it shuts out what was read before.
REFRESHES_KEY = "publication:refreshes"
# Which database the entries are of, and that somebody is at work with them.
OWNER_KEY = "publication:owner"
LEASE_KEY = "publication:lease"


# Written out, for keys are made by the hundred for each request.
_SUFFIXES = {service: f":{service.key}" for service in Service}


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """One kind of entry: what its keys begin with, its longest life, and whether each service has its own.

    There is one object of each, so that they are told apart without looking inside.
    """

    prefix: str
    ttl_seconds: int
    per_service: bool

    def key(self, isrc: str, service: Service | None = None) -> str:
        """The key of one entry; `service` exactly for a kind that is kept per service."""
        return f"{self.prefix}:{isrc}" if service is None else f"{self.prefix}:{isrc}{_SUFFIXES[service]}"

    def keys(self, isrc: str) -> list[str]:
        """Every key of this kind that a track has."""
        stem = f"{self.prefix}:{isrc}"
        return [stem + suffix for suffix in _SUFFIXES.values()] if self.per_service else [stem]


COUNT = Kind("view_count", HOUR, per_service=True)
HISTORY = Kind("historical_views", 6 * HOUR, per_service=True)
VIEW_DATA = Kind("gql_view_data", 30 * MINUTE, per_service=False)
FACTS = Kind("track_facts", HOUR, per_service=False)
KINDS = (COUNT, HISTORY, VIEW_DATA, FACTS)
# Not of a track but of a request; the API's alone.
ANSWER_PREFIX = "gql_response"
ANSWER_SECONDS = 30 * MINUTE


def keys_of(isrc: str, kinds: Iterable[Kind] = KINDS) -> list[str]:
    """Every key of these kinds that a track has."""
    return [key for kind in kinds for key in kind.keys(isrc)]


def is_entry(key: bytes) -> bool:
    """Whether a key found in the cache is one of ours that holds what readers see."""
    return key.startswith(_PREFIXES)


def lifetime_seconds(kind: Kind, value: bytes) -> int:
    """Up to a tenth less than the kind's life, so that what was stored together does not expire together."""
    return jittered(UNKNOWN_SECONDS if value == UNKNOWN else kind.ttl_seconds)


def jittered(seconds: int) -> int:
    """Up to a tenth less."""
    return round(seconds * (1 - random.random() * JITTER))


_PREFIXES = tuple(f"{prefix}:".encode() for prefix in (*(kind.prefix for kind in KINDS), ANSWER_PREFIX))
