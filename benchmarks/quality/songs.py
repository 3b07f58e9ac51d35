"""How often songs are played, day by day, before anything goes wrong: the emulators' growth, luck, and new releases.

Growth gives a song its level, its slow decline and its week. It makes a day lie 0.12 (robust sd of the log) from the
median of the seven before; real counters were measured at 0.065 on Spotify and at 0.13 on YouTube. So half of what sets
a day apart from its week is taken out, and YouTube's get luck instead. Chance is added to all; it rules where plays are
few.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from math import exp, pi, sin, sqrt
from random import Random
from statistics import fmean

from viewcount_core.records import Service
from viewcount_local.emulators.growth import Growth

LUCK = {Service.SPOTIFY: 0.02, Service.YOUTUBE: 0.11}
RELEASE_LUCK = {Service.SPOTIFY: 0.06, Service.YOUTUBE: 0.12}
"""Log sd of a day's plays."""
RELEASE_SHARE = 0.12
RELEASE_PEAK = (3.0, 6.0)
RELEASE_HALF_LIFE_DAYS = (2.0, 12.0)
RELEASE_REST = (0.02, 0.3)
WEEK = 0.08
LATEST_RELEASE_DAY = 60
EXACT_POISSON = 40


@dataclass(frozen=True, slots=True)
class Song:
    """One track on one service; `plays[d]` are those of day d, `before` what was counted before the first day."""

    isrc: str
    service: Service
    source_id: str
    plays: tuple[int, ...]
    before: int
    first_day: int = 0


def draw_songs(seed: int, start: date, days: int, series: int) -> list[Song]:
    """That many songs or a few more: releases come out on both services at once."""
    random, growth = Random(f"songs/{seed}"), Growth(seed)
    songs: list[Song] = []
    while len(songs) < series:
        number = len(songs)
        if random.random() < RELEASE_SHARE:
            songs += _released(random, number, days)
        else:
            songs.append(_grown(random, growth, number, start, days))
    return songs


def _grown(random: Random, growth: Growth, number: int, start: date, days: int) -> Song:
    service = random.choice((Service.SPOTIFY, Service.SPOTIFY, Service.YOUTUBE))
    source_id = _source_id(service, number)
    noons = (datetime.combine(start + timedelta(days=day), time(12), UTC) for day in range(-4, days + 3))
    counts = [growth.count(service, source_id, noon) for noon in noons]
    plays = tuple(_by_chance(random, usual * exp(random.gauss(0, LUCK[service]))) for usual in _evened(counts))
    return Song(_isrc(number), service, source_id, plays, counts[3])


def _evened(counts: list[int]) -> list[float]:
    """Plays a day, half way between those of the day and those of the week around it."""
    steps = [later - earlier for earlier, later in pairwise(counts)]
    return [(steps[day] + fmean(steps[day - 3 : day + 4])) / 2 for day in range(3, len(steps) - 3)]


def _released(random: Random, number: int, days: int) -> list[Song]:
    """Exponential decline from the day of release to a rest that stays."""
    first = random.randrange(min(LATEST_RELEASE_DAY, days // 2))
    half_life, rest = random.uniform(*RELEASE_HALF_LIFE_DAYS), random.uniform(*RELEASE_REST)
    songs = []
    for service in Service:
        peak = 10 ** random.uniform(*RELEASE_PEAK)
        plays = [0] * first
        for age in range(days - first):
            rhythm = WEEK * sin(2 * pi * age / 7) + random.gauss(0, RELEASE_LUCK[service])
            plays.append(_by_chance(random, peak * (rest + 0.5 ** (age / half_life)) * exp(rhythm)))
        songs.append(Song(_isrc(number), service, _source_id(service, number), tuple(plays), 0, first))
    return songs


def _by_chance(random: Random, expected: float) -> int:
    """A Poisson number: exact where it is small, else the normal one that is as good."""
    if expected > EXACT_POISSON:
        return max(0, round(random.gauss(expected, sqrt(expected))))
    number, product, end = 0, random.random(), exp(-expected)
    while product > end:
        number, product = number + 1, product * random.random()
    return number


def _isrc(number: int) -> str:
    return f"QZVCQ{number:07}"


def _source_id(service: Service, number: int) -> str:
    return f"q{number:010}" if service is Service.YOUTUBE else f"q{number:021}"
