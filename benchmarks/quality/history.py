"""A labelled history: tracks, readings of their counters, and what is known to be true of some of the readings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

Series = tuple[str, str]
"""ISRC and key of the service."""
Cell = tuple[str, str, date]
"""ISRC, key of the service, UTC day."""


class Role(StrEnum):
    """What a reading is good for; where several fit, the first one counts."""

    FAULT = "fault"  # wrong, or of a counter that did what no counter of plays does: to be flagged
    NEUTRAL = "neutral"  # nobody could tell: counts neither way
    SOURCE_STALE = "source_stale"  # the whole service stood still
    CATCH_UP = "catch_up"  # the first reading after a standstill
    RECOVERY = "recovery"  # the first good reading after a fault
    SHOCK = "shock"  # a day on which a whole service was played more, or less
    BURST = "burst"  # people came to like it
    PLAIN = ""


@dataclass(frozen=True, slots=True)
class Track:
    """A row of the catalog; an id is empty where the service does not have the track."""

    isrc: str
    title: str
    artist: str
    spotify_track_id: str
    youtube_video_id: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a service said at an instant (aware, UTC)."""

    isrc: str
    service: str
    observed_at: datetime
    view_count: int

    @property
    def series(self) -> Series:
        """The counter it was read from."""
        return self.isrc, self.service

    @property
    def cell(self) -> Cell:
        """The counter and the UTC day."""
        return self.isrc, self.service, self.observed_at.date()


@dataclass(frozen=True, slots=True)
class Label:
    """What is known of a reading; `event` numbers the fault it belongs to."""

    kind: str
    event: int | None
    role: Role


@dataclass(frozen=True)
class History:
    """One reading a cell at most, in order of time; a cell without a label is a plain good one."""

    tracks: tuple[Track, ...]
    readings: tuple[Reading, ...]
    labels: Mapping[Cell, Label]
    seed: int
    has_faults: bool
    warm_up_days: int
    """Days of the window that are not judged."""
    series_warm_up_days: int
    """Days of each series that are not judged."""

    @property
    def first_day(self) -> date:
        """Of the first reading."""
        return self.readings[0].observed_at.date()

    @property
    def last_day(self) -> date:
        """Of the last reading."""
        return self.readings[-1].observed_at.date()

    def judged(self) -> list[Reading]:
        """The readings after the warm-up, in order of time."""
        starts: dict[Series, date] = {}
        window = self.first_day + timedelta(days=self.warm_up_days)
        for reading in self.readings:
            day = reading.observed_at.date()
            starts.setdefault(reading.series, max(window, day + timedelta(days=self.series_warm_up_days)))
        return [reading for reading in self.readings if reading.observed_at.date() >= starts[reading.series]]
