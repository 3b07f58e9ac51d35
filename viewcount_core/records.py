"""The nouns that travel between packages: services, tracks to ask for, observations."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum


class Service(IntEnum):
    """A music service; the value is `services.service_id`."""

    YOUTUBE = 1
    SPOTIFY = 2

    @property
    def key(self) -> str:
        """Lower-case name used in files, keys and JSON."""
        return self.name.lower()

    @property
    def label(self) -> str:
        """Name as its owner writes it."""
        return {Service.YOUTUBE: "YouTube", Service.SPOTIFY: "Spotify"}[self]

    @classmethod
    def from_key(cls, key: str) -> "Service":
        """Raise `KeyError` for a name that is no service."""
        return cls[key.upper()]


class Status(StrEnum):
    """What came of asking for one count. Only `OK` carries a number."""

    OK = "ok"
    UNAVAILABLE = "unavailable"  # removed, private, region-blocked, page not found
    HIDDEN = "hidden"  # the owner does not show the count
    BELOW_THRESHOLD = "below_threshold"  # the service only says "fewer than ..."
    QUOTA = "quota"  # in imports alone: what our own runs cannot afford is deferred
    BLOCKED = "blocked"
    PARSE_ERROR = "parse_error"
    MISMATCH = "mismatch"  # the page answered for another track
    TIMEOUT = "timeout"
    ERROR = "error"
    DEFERRED = "deferred"  # not asked: no quota, no time, or the service shut the door

    @property
    def is_answer(self) -> bool:
        """True where the service said something true about the track, number or not."""
        return self in _ANSWERS


_ANSWERS = frozenset({Status.OK, Status.UNAVAILABLE, Status.HIDDEN, Status.BELOW_THRESHOLD})


@dataclass(frozen=True, slots=True)
class Target:
    """One question for one service: the count of `source_id`, known to us as `isrc`.

    `album_id` is set where the service can answer for a whole album at once.
    """

    isrc: str
    source_id: str
    title: str | None = None
    album_id: str | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """One answer, or one failure to get one, at one instant (aware, UTC).

    `view_count` is set exactly when `status` is ok; `raw_text` is the evidence it was read from.
    """

    isrc: str
    service: Service
    observed_at: datetime
    status: Status
    view_count: int | None = None
    reason: str | None = None
    source_id: str | None = None
    raw_text: str | None = None

    def __post_init__(self) -> None:
        if (self.view_count is not None) != (self.status is Status.OK):
            raise ValueError(f"a count and the status ok belong together, not {self.view_count} and {self.status}")
