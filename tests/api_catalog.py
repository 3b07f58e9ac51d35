"""A small catalog as some weeks of daily runs would have left it: what the examples of docs/api.md answer from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import text

from tests.api_fixtures import add_history, execute, publish, set_count
from viewcount_core.database import Database
from viewcount_core.records import Service
from viewcount_core.search_words import search_text

NEWEST = datetime(2026, 3, 2, 22, tzinfo=UTC)
DAYS = 40
CAFE, HOUR, RAIN, GONE, SILENT = (f"QZVCT260000{number}" for number in range(1, 6))
UNKNOWN = "QZVCT2699999"


@dataclass(frozen=True)
class Series:
    """A count and its steady growth, in plays a day, up to `last` days before the newest."""

    count: int
    growth: int
    last: int = 0


@dataclass(frozen=True)
class Recording:
    """One track of the catalog."""

    title: str
    artist: str | None = None
    album: str | None = None
    is_active: bool = True
    series: Mapping[Service, Series] = field(default_factory=dict)


CATALOG = {
    CAFE: Recording(
        "Café del Mar",
        "Ana Núñez",
        "Noches",
        series={Service.YOUTUBE: Series(1_240_000, 2_000), Service.SPOTIFY: Series(560_000, 500)},
    ),
    HOUR: Recording("Blue Hour", "The Night Buses", series={Service.YOUTUBE: Series(98_000, 1_400)}),
    RAIN: Recording(
        "Rain",
        "Røyk",
        "Blue",
        series={Service.YOUTUBE: Series(7_650, 10), Service.SPOTIFY: Series(5_600, 0)},
    ),
    GONE: Recording("Café Noir", "Ana Núñez", is_active=False, series={Service.YOUTUBE: Series(2_000_000, 20_000)}),
    SILENT: Recording("Silence"),
}


def record(database: Database, catalog: Mapping[str, Recording], *, days: int = DAYS) -> None:
    """Store a catalog with its history, changes and totals, and publish it."""
    add(database, catalog)
    for isrc, recording in catalog.items():
        for service, series in recording.series.items():
            _record_series(database, isrc, service, series, days)
    measure(database)
    publish(database, list(catalog))


def add(database: Database, catalog: Mapping[str, Recording]) -> None:
    """Store a catalog alone."""
    rows = [
        {
            "isrc": isrc,
            "title": recording.title,
            "artist": recording.artist,
            "album": recording.album,
            "video": f"v{isrc[1:]}",
            "active": recording.is_active,
            "words": search_text(recording.title, recording.artist, recording.album),
        }
        for isrc, recording in catalog.items()
    ]
    with database.engine.begin() as connection:
        connection.execute(
            text(
                "insert into tracks (isrc, title, artist, album, youtube_video_id, active, search_text) "
                "values (:isrc, :title, :artist, :album, :video, :active, :words)"
            ),
            rows,
        )


def measure(database: Database) -> None:
    """Changes and totals of everything, as the pipeline works them out."""
    with database.transaction() as tx:
        tx.row("pipeline/upsert_track_trends", since=date(2000, 1, 1))
        tx.row("pipeline/upsert_track_totals", since=date(2000, 1, 1))


def _record_series(database: Database, isrc: str, service: Service, series: Series, days: int) -> None:
    last = NEWEST - timedelta(days=series.last)
    set_count(database, isrc, service, series.count, last)
    history = [
        (last.date() - timedelta(days=ago), series.count - ago * series.growth, series.growth, 1)
        for ago in reversed(range(days))
    ]
    first_day, first_count, *_ = history[0]
    add_history(database, isrc, service, [(first_day, first_count, None, None), *history[1:]])


def add_anomaly(
    database: Database,
    isrc: str,
    kind: str,
    first_day: date,
    *,
    service: Service = Service.YOUTUBE,
    severity: str = "warning",
    observed: int | None = None,
    expected: tuple[int, int] | None = None,
    closed_on: date | None = None,
) -> None:
    """One anomaly of one day."""
    low, high = expected or (None, None)
    execute(
        database,
        "insert into anomalies (isrc, service_id, kind, severity, first_day, last_day, opened_on, observed_count, "
        "expected_low, expected_high, state, resolution, closed_on) values (:isrc, :service, :kind, :severity, "
        ":first_day, :first_day, :first_day, :observed, :low, :high, :state, :resolution, :closed_on)",
        isrc=isrc,
        service=service.value,
        kind=kind,
        severity=severity,
        first_day=first_day,
        observed=observed,
        low=low,
        high=high,
        state="closed" if closed_on else "open",
        resolution="recovered" if closed_on else None,
        closed_on=closed_on,
    )


def add_service_day(
    database: Database,
    service: Service,
    day: date,
    *,
    ok: int,
    active: int,
    gate: str = "open",
    reason: str | None = None,
) -> None:
    """The evening of one service: asked at 21:00, done at 22:00."""
    execute(
        database,
        "insert into service_days (service_id, day, gate, reason, active, asked, ok, failed, deferred, units, "
        "first_observed_at, last_observed_at) values (:service, :day, :gate, :reason, :active, :active, :ok, '{}', 0, "
        "0, :first, :last)",
        service=service.value,
        day=day,
        gate=gate,
        reason=reason,
        active=active,
        ok=ok,
        first=datetime.combine(day, time(21), UTC),
        last=datetime.combine(day, time(22), UTC),
    )


def record_example(database: Database) -> None:
    """Everything that the examples of docs/api.md are about."""
    record(database, CATALOG)
    add_service_day(database, Service.YOUTUBE, NEWEST.date(), ok=3, active=4)
    add_service_day(
        database, Service.SPOTIFY, NEWEST.date(), ok=2, active=2, gate="closed", reason="2 of 2 tracks turned 0"
    )
    add_service_day(database, Service.SPOTIFY, NEWEST.date() - timedelta(days=1), ok=2, active=2)
    add_anomaly(
        database, CAFE, "spike", date(2026, 2, 20), observed=1_220_000, expected=(1_200_000, 1_219_000),
        closed_on=date(2026, 2, 21),
    )  # fmt: skip
    add_anomaly(database, RAIN, "zero", date(2026, 3, 2), severity="error", observed=0, expected=(7_600, 7_700))
