"""Tracks and days of counts to measure with, written by the server itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import text

from viewcount_core.database import Database, Transaction
from viewcount_core.records import Observation, Service, Status
from viewcount_core.thresholds import Thresholds
from viewcount_pipeline.judging import judge_day_apart
from viewcount_pipeline.observation_log import ensure_partitions

TRACKS = """
insert into tracks (isrc, title, artist, youtube_video_id, spotify_track_id)
select
    'QZVCT' || lpad(number::text, 7, '0'),
    'Track ' || number,
    'Artist ' || number / 10,
    'v' || lpad(number::text, 10, '0'),
    's' || lpad(number::text, 21, '0')
from generate_series(0, :tracks - 1) as number
"""
SERIES = """
with series as (
    select
        'QZVCT' || lpad(number::text, 7, '0') as isrc,
        service_id,
        cast(:day as date) + interval '21 hours' + number * interval '30 milliseconds' as observed_at,
        number * 1000 + (cast(:day as date) - date '2020-01-01') * (number % 1000 + service_id) as view_count
    from generate_series(0, :tracks - 1) as number
    cross join (values (1::smallint), (2::smallint)) as services (service_id)
)
"""
OBSERVATIONS = f"""
insert into view_count_observations (isrc, service_id, observed_at, view_count, status, source_id, raw_text, origin)
{SERIES}
select isrc, service_id, observed_at, view_count, 'ok', 'v' || isrc, view_count::text, 'run' from series
order by service_id, observed_at
"""
VERDICTS = f"""
insert into count_verdicts (isrc, service_id, observed_at, verdict, accepted_count)
{SERIES}
select isrc, service_id, observed_at, 'accepted', view_count from series order by service_id, observed_at
"""
GATES = """
insert into service_days (
    service_id, day, gate, active, asked, ok, failed, deferred, units, opening_digest, state_digest
)
select service_id, :day, 'open', :tracks, :tracks, :tracks, '{}', 0, 0, 0, 0 from services
"""
SNAPSHOTS = f"""
insert into historical_view_counts (
    isrc, service_id, view_count, recorded_date, observed_at, delta_count, delta_days
)
{SERIES}
select
    isrc, service_id, view_count, :day, observed_at,
    case when :day > :first then cast(substr(isrc, 6) as integer) % 1000 + service_id end,
    case when :day > :first then 1 end
from series order by service_id, observed_at
"""
CURRENT_COUNTS = f"""
insert into view_counts (isrc, service_id, view_count, last_updated)
{SERIES}
select isrc, service_id, view_count, observed_at from series order by isrc, service_id
"""
JUDGED_DAYS = 6
TABLES = ("view_count_observations", "count_verdicts", "historical_view_counts")


def store_tracks(database: Database, tracks: int) -> None:
    """That many active tracks, known to both services."""
    _execute(database, TRACKS, tracks=tracks)


def store_days(database: Database, tracks: int, first: date, last: date, *, read_since: date) -> None:
    """Snapshots of every series on every day, as nightly runs would have left them, and current counts.

    Observations, verdicts and gates only from `read_since` on: those of earlier months lie in other partitions. The
    last `JUDGED_DAYS` are judged, so that every series has its pace.
    """
    judged_since = max(read_since, last - timedelta(days=JUDGED_DAYS - 1))
    for parent in TABLES:
        with database.transaction() as tx:
            ensure_partitions(tx, parent, first, last + timedelta(days=31))
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        _execute(database, SNAPSHOTS, tracks=tracks, day=day, first=first)
        if day >= read_since:
            _execute(database, OBSERVATIONS, tracks=tracks, day=day)
            if day < judged_since:
                _execute(database, VERDICTS, tracks=tracks, day=day)
                _execute(database, GATES, tracks=tracks, day=day)
            else:
                judge(database, day)
    _execute(database, CURRENT_COUNTS, tracks=tracks, day=last)
    settle(database)


def judge(database: Database, day: date) -> None:
    """The verdicts of one day, as the asset gives them."""

    @contextmanager
    def derivation() -> Iterator[Transaction]:
        with database.transaction() as tx:
            tx.lock_derivation()
            yield tx

    judge_day_apart(database, derivation, day, Thresholds())


def store_readings(database: Database, tracks: int, day: date) -> None:
    """The log of one day, without anything that follows from it. Counts grow by some plays more or less each day."""
    with database.transaction() as tx:
        ensure_partitions(tx, "view_count_observations", day, day)
    _execute(database, OBSERVATIONS, tracks=tracks, day=day)


def observations_of(day: date, tracks: int) -> Iterator[Observation]:
    """What both services answer on one day."""
    start = datetime.combine(day, time(21), UTC)
    elapsed_days = (day - date(2020, 1, 1)).days
    for service in Service:
        for number in range(tracks):
            count = number * 1000 + elapsed_days * (number % 1000 + service.value)
            yield Observation(
                isrc=f"QZVCT{number:07}",
                service=service,
                observed_at=start + number * timedelta(milliseconds=30),
                status=Status.OK,
                view_count=count,
                source_id=f"vQZVCT{number:07}",
                raw_text=str(count),
            )


def settle(database: Database) -> None:
    """What publishing, autovacuum and checkpoints do by the next evening: no round pays for another."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("truncate unpublished_tracks"))
        connection.execute(text("vacuum (analyze)"))
        connection.execute(text("checkpoint"))


def _execute(database: Database, statement: str, **parameters: object) -> None:
    with database.engine.begin() as connection:
        connection.execute(text(statement), parameters)
