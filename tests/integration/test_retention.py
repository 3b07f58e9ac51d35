"""Old numbers go with their evidence, each service by its own measure, and no rebuild wipes what is left."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from tests.derivation import Derivation
from tests.verdict_rows import VerdictRows
from viewcount_core.database import Database
from viewcount_core.errors import InputError
from viewcount_core.records import Observation, Service, Status
from viewcount_core.settings import load_settings
from viewcount_pipeline.observation_log import store_observations
from viewcount_pipeline.retention import refuse_expired, remove_expired

ISRC = "USUM71607007"
TODAY = date(2026, 3, 10)
DAYS = 100


@pytest.fixture
def recorded(database: Database, demo_environment: pytest.MonkeyPatch) -> Database:
    """A hundred days of both services."""
    noon = datetime(2026, 3, 10, 12, tzinfo=UTC)
    store_observations(
        database,
        [
            Observation(ISRC, service, noon - timedelta(days=age), Status.OK, 1_000 - age)
            for age in range(DAYS)
            for service in Service
        ],
        run_id=None,
    )
    demo_environment.setenv("YOUTUBE_RETENTION_DAYS", "30")
    demo_environment.setenv("SPOTIFY_RETENTION_DAYS", "60")
    return database


def kept(database: Database, service: Service) -> tuple[int, date]:
    with database.engine.connect() as connection:
        row = connection.execute(
            text(
                "select count(*), min(observed_at at time zone 'UTC')::date "
                "from view_count_observations where service_id = :service"
            ),
            {"service": service.value},
        ).one()
    return row[0], row[1]


def month_tables(database: Database, service: Service) -> list[str]:
    with database.engine.connect() as connection:
        rows = connection.execute(
            text("select relname from pg_class where relkind = 'r' and relname like :name order by 1"),
            {"name": f"view_count_observations_{service.key}_%"},
        )
    return [name[-7:] for (name,) in rows]


def test_each_service_keeps_its_own_number_of_days(recorded: Database):
    assert remove_expired(recorded, load_settings(), TODAY) == {
        Service.YOUTUBE: date(2026, 2, 8),
        Service.SPOTIFY: date(2026, 1, 9),
    }
    assert kept(recorded, Service.YOUTUBE) == (31, date(2026, 2, 8))
    assert kept(recorded, Service.SPOTIFY) == (61, date(2026, 1, 9))


def test_whole_months_are_dropped_as_tables(recorded: Database):
    remove_expired(recorded, load_settings(), TODAY)
    assert month_tables(recorded, Service.YOUTUBE) == ["2026_02", "2026_03"]
    assert month_tables(recorded, Service.SPOTIFY) == ["2026_01", "2026_02", "2026_03"]


def test_anomalies_and_decisions_go_with_the_days_they_are_about(recorded: Database):
    rows = VerdictRows(recorded)
    rows.execute("insert into tracks (isrc) values (:isrc)", isrc=ISRC)
    for first_day, last_day in (
        ("2026-01-01", "2026-02-07"),
        ("2026-01-02", "2026-02-08"),
        ("2026-02-09", "2026-02-09"),
    ):
        for service in Service:
            rows.execute(
                "insert into anomalies (isrc, service_id, kind, severity, first_day, opened_on, last_day, state) "
                "values (:isrc, :service, 'stuck', 'error', :first, :first, :last, 'open')",
                isrc=ISRC, service=service.value, first=first_day, last=last_day,
            )  # fmt: skip
    for service in Service:
        for moment in ("2026-02-07", "2026-02-08"):
            rows.decide(moment, True, "2026-03-01", service=service)
        rows.execute(
            "insert into gate_decisions (service_id, day, gate, why) values (:service, '2026-02-07', 'open', 'seen'), "
            "(:service, '2026-02-08', 'open', 'seen')",
            service=service.value,
        )
    remove_expired(recorded, load_settings(), TODAY)
    assert [(row[1], row[4].isoformat()) for row in rows.anomalies()] == [
        (1, "2026-01-02"),
        (1, "2026-02-09"),
        (2, "2026-01-01"),
        (2, "2026-01-02"),
        (2, "2026-02-09"),
    ]
    with recorded.engine.connect() as connection:
        left = connection.execute(
            text(
                "select service_id, count(*) from "
                "(select service_id from verdict_decisions union all select service_id from gate_decisions) decisions "
                "group by service_id order by service_id"
            )
        )
        assert [tuple(row) for row in left] == [(1, 2), (2, 4)]


def test_what_still_shows_outlives_the_readings_that_flagged_it(recorded: Database):
    rows = VerdictRows(recorded)
    for day in ("2026-02-06", "2026-02-07"):
        rows.judge(f"{day}T20:00", "stuck", count=500)
    for day in ("2026-02-08", "2026-02-09"):
        rows.judge(f"{day}T20:00", "dormant", count=500)
        rows.derive(day)
    rows.derive("2026-02-06")
    before = rows.anomalies()
    assert len(before) == 1
    remove_expired(recorded, load_settings(), TODAY)
    assert [rows.derive(day) for day in ("2026-02-06", "2026-02-08", "2026-02-09")] == [0, 0, 0]
    assert rows.anomalies() == before
    rows.judge("2026-02-10T20:00", count=501)
    rows.derive("2026-02-10")
    assert rows.spans() == ["stuck error 6-9 moved_again 10"]


def test_a_second_time_removes_nothing(recorded: Database):
    remove_expired(recorded, load_settings(), TODAY)
    before = [kept(recorded, service) for service in Service]
    remove_expired(recorded, load_settings(), TODAY)
    assert [kept(recorded, service) for service in Service] == before


def test_a_day_whose_log_is_gone_for_all_services_is_not_rebuilt(recorded: Database):
    refuse_expired(recorded, [date(2025, 12, 24)])
    remove_expired(recorded, load_settings(), TODAY)
    refuse_expired(recorded, [date(2026, 1, 9)])
    with pytest.raises(InputError, match="^2026-01-08: the log is kept from 2026-01-09 on"):
        refuse_expired(recorded, [date(2026, 1, 8), date(2026, 1, 9)])


def test_a_database_that_never_recorded_anything_can_be_purged(database: Database, demo_environment):
    assert remove_expired(database, load_settings(), TODAY)[Service.YOUTUBE] == date(2025, 3, 10)


def test_what_is_kept_is_judged_as_if_all_were_still_there(recorded: Database, demo_environment):
    derivation = Derivation(recorded)
    derivation.rebuild(TODAY - timedelta(days=DAYS - 1), TODAY)
    query = "select service_id, day, state_digest from service_days order by 1, 2"
    judged = derivation.rows(query)
    for today in (TODAY - timedelta(days=1), TODAY):
        remove_expired(recorded, load_settings(), today)
    assert sum(derivation.rebuild(TODAY - timedelta(days=29), TODAY).values()) == 0
    derivation.execute("delete from series_state_slots where slot <> 4")
    assert sum(derivation.rebuild(TODAY - timedelta(days=29), TODAY).values()) == 0
    assert derivation.rows(query) == judged
