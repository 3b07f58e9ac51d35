"""Measure the read API and print one table: `python -m benchmarks.api [PART ...]`; exit 1 when a target is missed.

A quarter of an hour in all. Processor time is that of the server's process; the bare app beside it is measured in the
same rounds, as both swing with the machine.
"""

import sys
from datetime import date
from typing import NamedTuple

from benchmarks.api import costs, day, load
from benchmarks.api.servers import Server, api, valkey
from benchmarks.figures import Figure, log, report
from benchmarks.history import settle, store_days, store_tracks
from benchmarks.home import own_database, own_home
from viewcount_core.database import Database

PARTS = ("costs", "load", "day", "without_postgresql", "without_redis")
TRACKS = 5200
FIRST, LAST = date(2025, 1, 1), date(2025, 1, 31)


class Bench(NamedTuple):
    """What is measured."""

    database: Database
    cache: Server
    url: str
    server: Server


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
        for part in parts:
            log(f"== {part}")
            # Each with a worker and a Valkey of its own, so that none is measured in what another left behind.
            with valkey() as (cache, url), api(settings, url) as server:
                figures += _measure(part, Bench(database, cache, url, server))
    return figures


def _measure(part: str, bench: Bench) -> list[Figure]:
    if part == "costs":
        return costs.measure(bench.server, bench.url)
    if part == "load":
        return load.measure(bench.server, bench.url)
    if part == "day":
        return day.measure(bench.server, bench.url)
    if part == "without_postgresql":
        return load.measure_without_postgresql(bench.server, bench.database)
    return load.measure_without_redis(bench.server, bench.cache.kill)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
