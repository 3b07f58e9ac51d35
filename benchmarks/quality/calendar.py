"""What happens to a whole service on a day: it stands still, nobody asks, everybody listens more or less."""

from dataclasses import dataclass
from random import Random

from viewcount_core.records import Service

STALE_SHARE = 0.065
"""Of days on which Spotify as a whole stood still: 28 of 437 were seen."""
LEAST_STALE_DAYS = 3
OUTAGE_DAYS = 2
SHOCKS = ((1.35, 1.9), (0.55, 0.72))
"""Of each service one day up and one down: by what the plays are multiplied."""


@dataclass(frozen=True)
class Calendar:
    """Days are counted from 0. Only Spotify has stale days."""

    days: int
    stale: frozenset[int] = frozenset()
    outages: frozenset[int] = frozenset()
    shocks: tuple[tuple[Service, int, float], ...] = ()

    def shown_days(self, service: Service) -> list[int]:
        """For each day the one up to which the service has counted."""
        shown: list[int] = []
        for day in range(self.days):
            stands = service is Service.SPOTIFY and day in self.stale
            shown.append(shown[-1] if stands else day)
        return shown


def draw_calendar(random: Random, days: int, warm_up_days: int) -> Calendar:
    """Stale days over all of the window but its ends, at least three of them, outages and shocks among the judged."""
    judged = range(warm_up_days, days - 1)
    stale = {day for day in range(2, days - 1) if random.random() < STALE_SHARE}
    while len(stale.intersection(judged)) < LEAST_STALE_DAYS:
        stale.add(random.choice(judged))
    # A day nobody asked, next to a stale one, would hide that it is stale.
    clear = [day for day in judged if stale.isdisjoint((day - 1, day, day + 1))]
    shocks = tuple(
        (service, random.choice(range(warm_up_days + 2, days - 10)), random.uniform(*factors))
        for service in Service
        for factors in SHOCKS
    )
    return Calendar(days, frozenset(stale), frozenset(random.sample(clear, OUTAGE_DAYS)), shocks)


def draw_quiet_calendar(random: Random, days: int, warm_up_days: int) -> Calendar:
    """The same without shocks."""
    drawn = draw_calendar(random, days, warm_up_days)
    return Calendar(days, drawn.stale, drawn.outages)
