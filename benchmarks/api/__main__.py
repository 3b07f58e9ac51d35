"""Measure the read API and print one table: `python -m benchmarks.api [PART ...]`; exit 1 when a target is missed.

A quarter of an hour in all. Processor time is that of the server's process; the bare app beside it is measured in the
same rounds, as both swing with the machine.
"""

import sys
from datetime import date

from benchmarks.api import costs, day, load
from benchmarks.api.servers import api, valkey
from benchmarks.figures import Figure, log, report
from benchmarks.history import settle, store_days, store_tracks
from benchmarks.home import own_database, own_home

PARTS = ("costs", "load", "day", "lost")
TRACKS = 5200
FIRST, LAST = date(2025, 1, 1), date(2025, 1, 31)


def main(wanted: list[str]) -> int:
    """Measure these parts, or all; 2 for a name that is none."""
    if unknown := set(wanted) - set(PARTS):
        log(f"{', '.join(sorted(unknown))}: no part; there are {', '.join(PARTS)}")
        return 2
    return report(measure(tuple(wanted) or PARTS))


def measure(parts: tuple[str, ...] = PARTS) -> list[Figure]:
    """All figures of these parts, on embedded PostgreSQL and a Valkey of our own."""
    figures: list[Figure] = []
    with own_home() as settings, own_database(settings) as database:
        store_tracks(database, TRACKS)
        store_days(database, TRACKS, FIRST, LAST, read_since=LAST)
        settle(database)
        with valkey() as (cache, url), api(settings, url) as server:
            if "costs" in parts:
                figures += costs.measure(server, url)
            if "load" in parts:
                figures += load.measure(server, url)
            if "day" in parts:
                figures += day.measure(server, url)
            if "lost" in parts:
                figures += load.measure_without_postgresql(server, database)
                figures += load.measure_without_redis(server, cache.kill)
    return figures


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
