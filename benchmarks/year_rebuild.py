"""A year rebuilt from the log alone, through every asset and check, as after an import.

python -m benchmarks.year_rebuild --tracks 5000 --days 365
"""

import sys
from datetime import timedelta

import click

from benchmarks.figures import Figure, log, report, seconds_of
from benchmarks.history import settle, store_readings, store_tracks
from benchmarks.home import own_database, own_home
from viewcount_core import clock
from viewcount_pipeline.runs import rebuild

MOST_SECONDS = 180


@click.command()
@click.option("--tracks", default=5_000, show_default=True)
@click.option("--days", default=365, show_default=True)
def main(tracks: int, days: int) -> None:
    """Print the figures; exit 1 when a target is not met."""
    sys.exit(report(measure(tracks, days)))


def measure(tracks: int = 5_000, days: int = 365) -> list[Figure]:
    """First from nothing, then again when nothing changes."""
    last = clock.utc_now().date()
    first = last - timedelta(days=days - 1)
    with own_home() as settings, own_database(settings) as database:
        log(f"year_rebuild: storing {days} days of {tracks:,} tracks x 2")
        store_tracks(database, tracks)
        for number in range(days):
            store_readings(database, tracks, first + timedelta(days=number))
        settle(database)
        seconds = seconds_of(lambda: rebuild(settings, first, last))
        log(f"year_rebuild: {seconds:.1f} s")
        settle(database)
        again = seconds_of(lambda: rebuild(settings, first, last))
    return [
        Figure(f"{days} days of {tracks:,} tracks x 2 rebuilt", (seconds,), "s", at_most=MOST_SECONDS),
        Figure("  again, when nothing changes", (again,), "s", at_most=MOST_SECONDS),
    ]


if __name__ == "__main__":
    main()
