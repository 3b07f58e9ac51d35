"""Growth of a year rebuilt in one run, against an `insert ... select` of the same rows into the same table.

python -m benchmarks.delta_rebuild --tracks 10000 --days 365 --rounds 3
"""

import sys
from datetime import date, timedelta

import click
from sqlalchemy import text

from benchmarks.figures import Figure, log, report, seconds_of
from benchmarks.history import settle
from benchmarks.home import own_database, own_home
from viewcount_core import clock
from viewcount_core.database import Database
from viewcount_core.settings import Settings
from viewcount_pipeline.observation_log import ensure_partitions

MOST_CHANGED, MOST_UNCHANGED = 3, 1
COLUMNS = "isrc, service_id, view_count, recorded_date, observed_at"
SOURCE = """
create table year_of_counts as
select
    ('QZVCT' || lpad(number::text, 7, '0'))::varchar(12) as isrc,
    service_id,
    number * 1000 + day * (number % 1000 + service_id) as view_count,
    cast(:first as date) + day as recorded_date,
    cast(:first as date) + day + interval '21 hours' + number * interval '30 milliseconds' as observed_at
from generate_series(0, :days - 1) as day
cross join (values (1), (2)) as services (service_id)
cross join generate_series(0, :tracks - 1) as number
order by recorded_date, service_id, number
"""
INSERT = f"insert into historical_view_counts ({COLUMNS}) select {COLUMNS} from year_of_counts"
MEASURED = "select count(*) from historical_view_counts where delta_days = 1"


@click.command()
@click.option("--tracks", default=10_000, show_default=True)
@click.option("--days", default=365, show_default=True)
@click.option("--rounds", default=3, show_default=True)
def main(tracks: int, days: int, rounds: int) -> None:
    """Print the figures; exit 1 when a target is not met."""
    sys.exit(report(measure(tracks, days, rounds)))


def measure(tracks: int = 10_000, days: int = 365, rounds: int = 3) -> list[Figure]:
    """Each round: the rows inserted without growth, all growth measured, and all of it measured again."""
    last = clock.utc_now().date()
    first = last - timedelta(days=days - 1)
    inserted, rebuilt, repeated = [], [], []
    with own_home() as settings, own_database(settings) as database:
        log(f"delta_rebuild: making {days} days of {tracks:,} tracks x 2")
        _execute(database, SOURCE, first=first, days=days, tracks=tracks)
        with database.transaction() as tx:
            ensure_partitions(tx, "historical_view_counts", first, last)
        for number in range(1, rounds + 1):
            _execute(database, "truncate historical_view_counts, unpublished_tracks")
            settle(database)
            inserted.append(seconds_of(lambda: _execute(database, INSERT)))
            settle(database)
            rebuilt.append(seconds_of(lambda: rebuild_deltas(settings, first, last)))
            assert _count(database, MEASURED) == (days - 1) * tracks * 2
            settle(database)
            repeated.append(seconds_of(lambda: rebuild_deltas(settings, first, last)))
            log(f"delta_rebuild: round {number}: {inserted[-1]:.1f} {rebuilt[-1]:.1f} {repeated[-1]:.1f} s")
    return _figures(inserted, rebuilt, repeated)


def rebuild_deltas(settings: Settings, first: date, last: date) -> None:
    """One run of the one asset over the whole range, as `viewcount rebuild` does it for all assets."""
    import dagster as dg
    from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG

    from viewcount_pipeline.jobs import REBUILD_JOB
    from viewcount_pipeline.runs import open_workshop

    tags = {ASSET_PARTITION_RANGE_START_TAG: first.isoformat(), ASSET_PARTITION_RANGE_END_TAG: last.isoformat()}
    with open_workshop(settings, "benchmark") as workshop:
        finished = workshop.run(REBUILD_JOB.name, tags=tags, asset_selection=[dg.AssetKey("daily_deltas")])
    if finished.error:
        raise finished.error


def _figures(inserted: list[float], rebuilt: list[float], repeated: list[float]) -> list[Figure]:
    changing = [ours / plain for ours, plain in zip(rebuilt, inserted, strict=True)]
    unchanged = [ours / plain for ours, plain in zip(repeated, inserted, strict=True)]
    return [
        Figure("growth of a year rebuilt / insert ... select", tuple(changing), "times", at_most=MOST_CHANGED),
        Figure("the same when nothing changes", tuple(unchanged), "times", at_most=MOST_UNCHANGED),
        Figure("  insert ... select", tuple(inserted), "s"),
        Figure("  rebuilt", tuple(rebuilt), "s"),
        Figure("  nothing changed", tuple(repeated), "s"),
    ]


def _execute(database: Database, statement: str, **parameters: object) -> None:
    with database.engine.begin() as connection:
        connection.execute(text(statement), parameters)


def _count(database: Database, query: str) -> int:
    with database.engine.begin() as connection:
        return int(connection.execute(text(query)).scalar_one())


if __name__ == "__main__":
    main()
