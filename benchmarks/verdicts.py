"""The verdicts of one day, judged from 60 days of history, and how their time grows with the tracks.

python -m benchmarks.verdicts --tracks 100000 --days 60 --rounds 3
"""

import sys
from datetime import date, timedelta
from functools import partial

import click

from benchmarks.figures import Figure, log, report, seconds_of
from benchmarks.history import judge, settle, store_readings, store_tracks
from benchmarks.home import own_database, own_home
from viewcount_core.database import Database

FIRST_DAY = date(2026, 3, 1)
MOST_SECONDS, MOST_GROWTH = 8, 1.3
SMALLER = 5


@click.command()
@click.option("--tracks", default=100_000, show_default=True)
@click.option("--days", default=60, show_default=True, help="Days judged before.")
@click.option("--rounds", default=3, show_default=True)
def main(tracks: int, days: int, rounds: int) -> None:
    """Print the figures; exit 1 when a target is not met."""
    sys.exit(report(measure(tracks, days, rounds)))


def measure(tracks: int = 100_000, days: int = 60, rounds: int = 3) -> list[Figure]:
    """A fifth of the tracks first, then all of them."""
    fewer = _seconds_of_days(tracks // SMALLER, days, rounds)
    all_tracks = _seconds_of_days(tracks, days, rounds)
    growth = [many / few / SMALLER for many, few in zip(sorted(all_tracks), sorted(fewer), strict=True)]
    return [
        Figure("verdicts of a day", tuple(all_tracks), "s", at_most=MOST_SECONDS),
        Figure(f"  of a {SMALLER}th of the tracks", tuple(fewer), "s"),
        Figure("  a track costs, against a fifth of them", tuple(growth), "times", at_most=MOST_GROWTH),
    ]


def _seconds_of_days(tracks: int, days: int, rounds: int) -> list[float]:
    with own_home() as settings, own_database(settings) as database:
        log(f"verdicts: storing and judging {days} days of {tracks:,} tracks x 2")
        store_tracks(database, tracks)
        for number in range(days):
            _store_and_judge(database, tracks, FIRST_DAY + timedelta(days=number))
        settle(database)
        seconds = []
        for number in range(days, days + rounds):
            seconds.append(_store_and_judge(database, tracks, FIRST_DAY + timedelta(days=number)))
            settle(database)
            log(f"verdicts: {tracks:,} tracks x 2: {seconds[-1]:.2f} s")
    return seconds


def _store_and_judge(database: Database, tracks: int, day: date) -> float:
    store_readings(database, tracks, day)
    return seconds_of(partial(judge, database, day))


if __name__ == "__main__":
    main()
