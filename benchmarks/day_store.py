"""One day stored through every table below the sources, against a COPY of the same rows into the indexed log.

Its verdicts are judged, not stored: they have a limit of their own, and are told beside the rest.

python -m benchmarks.day_store --tracks 100000 --days 45 --rounds 3
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from itertools import islice

import click

from benchmarks.figures import Figure, log, report, seconds_of
from benchmarks.history import judge, observations_of, settle, store_days, store_tracks
from benchmarks.home import own_database, own_home
from benchmarks.verdicts import MOST_SECONDS as MOST_VERDICT_SECONDS
from viewcount_core.database import Database, Transaction
from viewcount_core.records import Observation
from viewcount_core.thresholds import Thresholds
from viewcount_pipeline.assets import current_view_counts, daily_deltas, daily_snapshots
from viewcount_pipeline.observation_log import store_observations

# The last stored day lies late in its month, so that the indexes of the month are as large as they get.
MONTH, LAST_DAY = date(2026, 5, 1), date(2026, 5, 21)
BATCH = 10_000
LIMITS = Thresholds()
MOST_SECONDS, MOST_RATIO = 12, 20
COPY = """
copy view_count_observations (isrc, service_id, observed_at, view_count, status, source_id, raw_text, origin)
from stdin
"""


@click.command()
@click.option("--tracks", default=100_000, show_default=True)
@click.option("--days", default=45, show_default=True, help="Days stored before.")
@click.option("--rounds", default=3, show_default=True)
def main(tracks: int, days: int, rounds: int) -> None:
    """Print the figures; exit 1 when a target is not met."""
    sys.exit(report(measure(tracks, days, rounds)))


def measure(tracks: int = 100_000, days: int = 45, rounds: int = 3) -> list[Figure]:
    """One day after another, and before each the COPY of a day nothing else is made of."""
    with own_home() as settings, own_database(settings) as database:
        log(f"day_store: storing {days} days of {tracks:,} tracks x 2")
        store_tracks(database, tracks)
        store_days(database, tracks, LAST_DAY - timedelta(days=days - 1), LAST_DAY, read_since=MONTH)
        steps: dict[str, list[float]] = defaultdict(list)
        for number in range(1, rounds + 1):
            day = LAST_DAY + timedelta(days=number)
            copied_day = LAST_DAY + timedelta(days=rounds + number)
            steps["copy"].append(copy_day(database, copied_day, tracks))
            settle(database)
            for name, seconds in store_day(database, day, list(observations_of(day, tracks))):
                steps[name].append(seconds)
            settle(database)
            log(f"day_store: round {number}: " + " ".join(f"{name} {each[-1]:.2f}" for name, each in steps.items()))
    return _figures(dict(steps))


def copy_day(database: Database, day: date, tracks: int) -> float:
    """Seconds of a plain COPY of a whole day into the log, text made beforehand."""
    lines = "".join(
        f"{o.isrc}\t{o.service.value}\t{o.observed_at.isoformat()}\t{o.view_count}\tok\t{o.source_id}\t{o.raw_text}\trun\n"
        for o in observations_of(day, tracks)
    ).encode()

    def copy() -> None:
        with database.transaction() as tx, tx._cursor() as cursor, cursor.copy(COPY) as stream:
            stream.write(lines)

    return seconds_of(copy)


def store_day(database: Database, day: date, observations: list[Observation]) -> Iterator[tuple[str, float]]:
    """Seconds of each step, each in transactions of its own as the assets run it."""
    yield "log", seconds_of(lambda: _append(database, observations))
    yield "verdicts", seconds_of(partial(judge, database, day))
    for name, step in STEPS.items():
        yield name, seconds_of(partial(_derive, database, day, step))


def _append(database: Database, observations: list[Observation]) -> None:
    rest = iter(observations)
    while batch := list(islice(rest, BATCH)):
        store_observations(database, batch, None)


def _derive(database: Database, day: date, step: Callable[[Transaction, date], object]) -> None:
    with database.transaction() as tx:
        tx.lock_derivation()
        step(tx, day)


def _trends(tx: Transaction, day: date) -> None:
    tx.row("pipeline/upsert_track_trends", since=day)
    tx.row("pipeline/delete_lost_trends")
    tx.row("pipeline/upsert_track_totals", since=day)


STEPS: dict[str, Callable[[Transaction, date], object]] = {
    "current": current_view_counts._offer,
    "snapshots": partial(daily_snapshots._record, limits=LIMITS),
    "deltas": daily_deltas._measure,
    "later_days": lambda tx, day: tx.rows("pipeline/recorded_days_after", day=day),
    "trends": _trends,
}


def _figures(steps: dict[str, list[float]]) -> list[Figure]:
    copies, verdicts = steps.pop("copy"), steps.pop("verdicts")
    totals = [sum(seconds) for seconds in zip(*steps.values(), strict=True)]
    ratios = [total / copied for total, copied in zip(totals, copies, strict=True)]
    return [
        Figure("day stored", tuple(totals), "s", at_most=MOST_SECONDS),
        Figure("day stored / COPY of its log", tuple(ratios), "times", at_most=MOST_RATIO),
        Figure("verdicts of the day", tuple(verdicts), "s", at_most=MOST_VERDICT_SECONDS),
        Figure("  COPY", tuple(copies), "s"),
        *(Figure(f"  {name}", tuple(seconds), "s") for name, seconds in steps.items()),
    ]


if __name__ == "__main__":
    main()
