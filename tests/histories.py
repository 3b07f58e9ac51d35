"""Histories of one service with everything that can go wrong with a counter, drawn by hypothesis."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from hypothesis import strategies as st

FIRST_DAY = date(2026, 1, 20)  # so that a month ends within
FAULTS = (
    "zero", "lost_digits", "other_unit", "abbreviated", "stuck", "small_purge", "big_purge", "jump", "other_track",
    "spike", "drop", "gap", "wavering", "ahead", "lagging", "second_reading",
)  # fmt: skip
ISRCS = [f"USVCT26{number:05}" for number in range(4)]

Reading = tuple[str, datetime, int]


@dataclass(frozen=True)
class History:
    """Readings by day, in order of time; days without any are missing."""

    days: dict[date, list[Reading]]

    @property
    def readings(self) -> list[Reading]:
        """All of them."""
        return [reading for day in sorted(self.days) for reading in self.days[day]]


@st.composite
def histories(draw: st.DrawFn, days: int = 24) -> History:
    """Four series with paces from a few to many plays a day; a fault every few days; days on which all stand still."""
    random = Random(draw(st.integers(0, 2**32 - 1)))
    fault_share = draw(st.sampled_from([0.0, 0.1, 0.3]))
    stale_days = draw(st.sets(st.integers(3, days - 1), max_size=3))
    found: dict[date, list[Reading]] = {}
    for isrc in ISRCS:
        _draw_series(random, isrc, days, fault_share, stale_days, found)
    return History({day: sorted(found[day], key=lambda reading: (reading[1], reading[0])) for day in found})


def _draw_series(
    random: Random, isrc: str, days: int, fault_share: float, stale_days: set[int], found: dict[date, list[Reading]]
) -> None:
    pace = 10 ** random.uniform(0.3, 5)
    count = shown = int(pace * random.uniform(0, 400))
    until_moving = 0
    for number in range(days):
        day = FIRST_DAY + timedelta(days=number)
        fault = random.choice(FAULTS) if random.random() < fault_share else ""
        growth = pace * random.lognormvariate(0, 0.1)
        growth *= {"spike": 8, "drop": 0.1}.get(fault, 1)
        count = max(int(count + growth) + _level(random, fault, count), 0)
        until_moving = random.randint(1, 9) if fault == "stuck" else until_moving - 1
        if number not in stale_days and until_moving < 0:
            shown = count
        if fault == "gap":
            continue
        at = datetime.combine(day, time(random.choice([2, 12, 21]), random.randrange(60)), UTC)
        found.setdefault(day, []).append((isrc, at, _misread(random, fault, shown)))
        if fault in ("second_reading", "zero"):
            found[day].append((isrc, at + timedelta(hours=2), shown + random.randrange(3)))
        if fault == "ahead":
            found[day].append((isrc, at + timedelta(minutes=random.choice([5, 50])), int(shown * 1.0004)))
        if fault == "lagging":
            found[day].append((isrc, at + timedelta(hours=random.choice([1, 5])), shown + random.randrange(9)))


def _level(random: Random, fault: str, count: int) -> int:
    share = {"small_purge": -0.005, "big_purge": -0.2, "jump": 0.6, "other_track": random.uniform(-0.9, 5)}.get(
        fault, 0
    )
    return int(count * share)


def _misread(random: Random, fault: str, count: int) -> int:
    text = str(count)
    return {
        "zero": 0,
        "lost_digits": int(text[:-3] or "0"),
        "other_unit": count * random.choice([10, 100, 1000]),
        "abbreviated": int(text[:2].ljust(len(text), "0")),
        "wavering": max(count - random.randrange(60), 0),
    }.get(fault, count)
