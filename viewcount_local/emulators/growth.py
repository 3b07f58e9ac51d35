"""How emulated counts grow: pure arithmetic of a seed, an id and an instant, so every process tells the same story.

    count(t) = floor(N * L(t) / L(anchor))

N is the count on the anchor date: the real one where it is known, else log-spread over 10^3.5 to 10^9 as play counts
of a catalog are (a few tracks have most of the plays). L is what a track has gathered since its release when its
daily rate falls exponentially to a steady rest, as streams of a song after release week do:

    rate(age) = r + (1 - r) * exp(-age / tau)
    L(age)    = r * age + (1 - r) * tau * (1 - exp(-age / tau))

with r and tau of the track's own. The rhythm of day, week and month, and each day's luck, bend time instead of the
rate: age is taken at t + sum(a * p / 2 pi * sin(2 pi * (t - phase) / p)) + luck, which is the integral of the rate
factor 1 + sum(a * cos(...)). All of it rises with t while the amplitudes stay below 1 in sum, so a count never falls.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import blake2b
from math import exp, floor, pi, sin
from struct import unpack

from viewcount_core.records import Service

ANCHOR = datetime(2024, 6, 15, tzinfo=UTC)
"""The day the real counts of a catalog are taken to be from."""

_DAY_SECONDS = 86_400
_FIRST_DAY = datetime(2023, 1, 1, tzinfo=UTC).timestamp() / _DAY_SECONDS
_CACHED_TRACKS = 262_144

# Day, week, month: period in days, amplitude of the rate, and the day of the epoch (a Thursday) at which it peaks.
_EVENING = (1.0, 0.30, 0.80)
_WEEKEND = (7.0, 0.12, 2.0)
_MONTH_DAYS, _MONTH_AMPLITUDE = 30.4, 0.06
_LUCK_DAYS = 0.08
_SPOTIFY_STEP_DAY = 19 / 24
_SPOTIFY_STEP_SPREAD_DAYS = 1 / 24
_MASK = 2**64 - 1


@dataclass(frozen=True, slots=True)
class _Pace:
    """What the hash of a track decides; days are days of the epoch."""

    number: int
    released: float
    decay_days: float
    rest: float
    month_phase: float
    step: float
    total: float

    def gathered(self, day: float) -> float:
        age = max(0.0, self._bent(day) - self.released)
        return self.rest * age + (1 - self.rest) * self.decay_days * (1 - exp(-age / self.decay_days))

    def _bent(self, day: float) -> float:
        month = (_MONTH_DAYS, _MONTH_AMPLITUDE, self.month_phase)
        waves = _wave(day, *_EVENING) + _wave(day, *_WEEKEND) + _wave(day, *month)
        whole = floor(day)
        start, end = self._luck(whole), self._luck(whole + 1)
        return day + waves + start + (end - start) * (day - whole)

    def _luck(self, day: int) -> float:
        """Days gained by day `day`: independent from day to day, so growth scatters by some percent of a day's."""
        mixed = (self.number + day * 0x9E3779B97F4A7C15) & _MASK
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK  # SplitMix64
        return _LUCK_DAYS * (mixed >> 11) / 2**53


class Growth:
    """The counts of one emulated world; worlds of different seeds differ in every track."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._pace = lru_cache(_CACHED_TRACKS)(self._draw)

    def count(self, service: Service, source_id: str, at: datetime, base: int | None = None) -> int:
        """The count shown at the aware instant `at`; never less than at any earlier one.

        `base` is the real count on `ANCHOR`; from then on the count is at least that. YouTube's counts move every
        second; Spotify's once a day, at the track's own minute between 19:00 and 20:00 UTC, by a UTC day's plays.
        """
        pace, gathered_by_anchor = self._pace(service, source_id)
        day = _shown_day(service, pace, at)
        total = pace.total if base is None else base
        return int(total * (pace.gathered(day) / gathered_by_anchor))

    def _draw(self, service: Service, source_id: str) -> tuple[_Pace, float]:
        digest = blake2b(f"{self.seed}/{service.key}/{source_id}".encode(), digest_size=56).digest()
        number, *parts = unpack(">7Q", digest)
        age, decay, rest, month, step, total = (part / 2**64 for part in parts)
        pace = _Pace(
            number=number,
            released=_FIRST_DAY - 10 ** (0.5 + 3.1 * age),
            decay_days=10 ** (1.7 + 1.6 * decay),
            rest=0.05 + 0.25 * rest,
            month_phase=_MONTH_DAYS * month,
            step=_SPOTIFY_STEP_DAY + _SPOTIFY_STEP_SPREAD_DAYS * step,
            total=10 ** (3.5 + 5.5 * total),
        )
        return pace, pace.gathered(_shown_day(service, pace, ANCHOR))


def _shown_day(service: Service, pace: _Pace, at: datetime) -> float:
    """The instant (days of the epoch) up to which plays are counted in what is shown at `at`."""
    day = floor(at.timestamp()) / _DAY_SECONDS
    return float(floor(day - pace.step)) if service is Service.SPOTIFY else day


def _wave(day: float, period: float, amplitude: float, peak: float) -> float:
    turn = 2 * pi / period
    return amplitude / turn * sin(turn * (day - peak))
