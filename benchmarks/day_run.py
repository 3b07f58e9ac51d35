"""A day's run without the fetch: every step of the job through Dagster, its events stored in PostgreSQL.

python -m benchmarks.day_run --tracks 5000 --days 45 --rounds 5
"""

import sys
from dataclasses import replace
from datetime import timedelta

import click

from benchmarks.figures import Figure, log, report, seconds_of
from benchmarks.history import observations_of, settle, store_days, store_tracks
from benchmarks.home import own_database, own_home
from viewcount_core import clock
from viewcount_core.database import Database
from viewcount_core.records import Service
from viewcount_core.settings import Settings
from viewcount_pipeline.observation_log import store_observations

MOST_SECONDS = 5


@click.command()
@click.option("--tracks", default=5_000, show_default=True)
@click.option("--days", default=45, show_default=True, help="Days stored before.")
@click.option("--rounds", default=5, show_default=True)
def main(tracks: int, days: int, rounds: int) -> None:
    """Print the figures; exit 1 when a target is not met."""
    sys.exit(report(measure(tracks, days, rounds)))


def measure(tracks: int = 5_000, days: int = 45, rounds: int = 5) -> list[Figure]:
    """Before each round every track is read anew, so the job finds nothing to ask for and everything to store."""
    seconds = []
    with own_home() as settings, own_database(settings) as database:
        yesterday = clock.utc_now().date() - timedelta(days=1)
        store_tracks(database, tracks)
        store_days(database, tracks, yesterday - timedelta(days=days - 1), yesterday, read_since=yesterday)
        for number in range(rounds):
            _read_all(database, tracks, number)
            settle(database)
            seconds.append(seconds_of(lambda: run_day(settings)))
            log(f"day_run: round {number + 1}: {seconds[-1]:.2f} s")
    return [Figure(f"day's run of {tracks:,} tracks without the fetch", tuple(seconds), "s", at_most=MOST_SECONDS)]


def run_day(settings: Settings) -> None:
    """The job of one service, as `viewcount run` carries it out."""
    from viewcount_pipeline.jobs import SERVICE_JOBS
    from viewcount_pipeline.runs import open_workshop

    with open_workshop(settings, "benchmark") as workshop:
        today = clock.utc_now().date()
        finished = workshop.run(SERVICE_JOBS[Service.YOUTUBE].name, partition_key=today.isoformat())
    if finished.error:
        raise finished.error


def _read_all(database: Database, tracks: int, number: int) -> None:
    now = clock.utc_now()
    readings = [
        replace(o, observed_at=now, view_count=(o.view_count or 0) + number)
        for o in observations_of(now.date(), tracks)
        if o.service is Service.YOUTUBE
    ]
    store_observations(database, readings, None)


if __name__ == "__main__":
    main()
