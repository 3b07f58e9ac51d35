"""What looks like a fault and is none: songs people come to like, days on which all of them listen, readings missed."""

from collections.abc import Sequence
from math import exp
from random import Random

from benchmarks.quality.calendar import Calendar
from benchmarks.quality.counters import Counter

BURST_SHARE, VIRAL_SHARE = 0.45, 0.35
BURST_SURPLUS, VIRAL_SURPLUS = (0.25, 1.0), (1.5, 6.0)
BURST_HALF_LIFE_DAYS = (2.0, 10.0)
LONGEST_RISE_DAYS = 3
JUDGED_BURST_DAYS = 3
SHOCK_SPREAD = 0.05
GAP_SHARE, HOLE_SHARE = 0.02, 0.05
HOLE_DAYS = (3, 8)


def add_burst(random: Random, counter: Counter, warm_up_days: int) -> None:
    """Perhaps: a rise of up to three days and its decline. The start of a viral one nobody could judge."""
    if random.random() >= BURST_SHARE:
        return
    viral = random.random() < VIRAL_SHARE
    start, rise = random.randrange(warm_up_days, counter.days - 8), random.randint(1, LONGEST_RISE_DAYS)
    surplus, half_life = (
        random.uniform(*(VIRAL_SURPLUS if viral else BURST_SURPLUS)),
        random.uniform(*BURST_HALF_LIFE_DAYS),
    )
    for day in range(start, counter.days):
        age = day - start + 1
        share = age / rise if age <= rise else 0.5 ** ((age - rise) / half_life)
        counter.plays[day] = round(counter.plays[day] * (1 + surplus * share))
    if viral:
        counter.viral_days = list(range(start, min(start + rise + 2, counter.days)))
    else:
        counter.burst_days = list(range(start, start + JUDGED_BURST_DAYS))


def add_shocks(random: Random, counters: Sequence[Counter], calendar: Calendar) -> None:
    """A whole service played more or less on one day, each song about as much."""
    for service, day, factor in calendar.shocks:
        for counter in counters:
            if counter.song.service is service:
                counter.plays[day] = round(counter.plays[day] * factor * exp(random.gauss(0, SHOCK_SPREAD)))


def choose_readings(random: Random, counter: Counter, calendar: Calendar, warm_up_days: int) -> None:
    """Leave out days before the release, outages, a day here and there, and now and then a week."""
    counter.read = [
        day >= counter.song.first_day and day not in calendar.outages and random.random() >= GAP_SHARE
        for day in range(counter.days)
    ]
    if random.random() < HOLE_SHARE:
        start = random.randrange(warm_up_days, counter.days - 10)
        for day in range(start, start + random.randint(*HOLE_DAYS)):
            counter.read[day] = False
