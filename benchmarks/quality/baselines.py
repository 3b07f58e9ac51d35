"""Two ways to find wrong counts that others use, for comparison.

`elementary` is the z-score that many tools ship: a step more than 3 standard deviations from the mean of a fortnight,
its own included. `strong` adds what is known of counters: none falls, none stands still unless its service does, and
steps are taken per day since the counter last moved; beyond 10 standard deviations of the four weeks before it flags.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import pairwise
from statistics import fmean, stdev

from benchmarks.quality.history import Cell, History, Series

LEAST_STEPS = 7
FORTNIGHT, SIGMAS = 14, 3.0
FOUR_WEEKS, STRONG_SIGMAS = 28, 10.0
STILL_DAYS, STILL_PLAYS = 2, 20
BUSY_PACE, EXCUSED_SHARE = 3, 0.5

_Count = tuple[date, int]


def elementary(history: History) -> set[Cell]:
    """Steps far from those around them."""
    flags: set[Cell] = set()
    for series, counts in _by_series(history).items():
        steps = [(day, count - before) for (_, before), (day, count) in pairwise(counts)]
        for place, (day, step) in enumerate(steps):
            window = [other for at, other in steps[: place + 1] if (day - at).days < FORTNIGHT]
            if _is_far(step, window, SIGMAS):
                flags.add((*series, day))
    return flags


def strong(history: History) -> set[Cell]:
    """Counters that fall or stand still alone, and rates far from those before."""
    judged = {series: list(_rates(counts)) for series, counts in _by_series(history).items()}
    excused = _excused_days(judged)
    return {
        (*series, each.day)
        for series, readings in judged.items()
        for each in readings
        if each.is_wrong(excused=(series[1], each.day) in excused)
    }


BASELINES: dict[str, Callable[[History], set[Cell]]] = {"elementary": elementary, "strong": strong}


class _Rate:
    """A reading seen against the four weeks before it; `usual` is their mean rate, None while there are too few."""

    def __init__(self, day: date, step: int, still_days: int, window: list[float]) -> None:
        self.day, self.step, self.still_days, self.window = day, step, still_days, window
        self.usual = fmean(window) if len(window) >= LEAST_STEPS else None

    @property
    def is_busy(self) -> bool:
        return self.usual is not None and self.usual >= BUSY_PACE

    def is_wrong(self, *, excused: bool) -> bool:
        if self.step > 0:
            return _is_far(self.step / self.still_days, self.window, STRONG_SIGMAS)
        missed = (self.usual or 0) * self.still_days
        return self.step < 0 or (not excused and self.still_days >= STILL_DAYS and missed > STILL_PLAYS)


def _rates(counts: list[_Count]) -> Iterator[_Rate]:
    moved, rates = counts[0][0], list[tuple[date, float]]()
    for (_, before), (day, count) in pairwise(counts):
        window = [rate for at, rate in rates if (day - at).days <= FOUR_WEEKS]
        yield _Rate(day, count - before, (day - moved).days, window)
        if count > before:
            rates.append((day, (count - before) / (day - moved).days))
        if count != before:
            moved = day


def _excused_days(judged: dict[Series, list[_Rate]]) -> set[tuple[str, date]]:
    """Services and days on which most of what usually moves stood still."""
    stands: dict[tuple[str, date], list[bool]] = defaultdict(list)
    for (_, service), readings in judged.items():
        for each in filter(lambda one: one.is_busy, readings):
            stands[service, each.day].append(each.step == 0)
    return {service_day for service_day, still in stands.items() if sum(still) > EXCUSED_SHARE * len(still)}


def _is_far(value: float, window: Sequence[float], sigmas: float) -> bool:
    if len(window) < LEAST_STEPS:
        return False
    spread = stdev(window)
    return spread > 0 and abs(value - fmean(window)) > sigmas * spread


def _by_series(history: History) -> dict[Series, list[_Count]]:
    counts: dict[Series, list[_Count]] = defaultdict(list)
    for reading in history.readings:
        counts[reading.series].append((reading.observed_at.date(), reading.view_count))
    return counts
