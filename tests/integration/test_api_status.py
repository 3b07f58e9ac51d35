"""The state of the pipeline is what its tables say."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from tests.api_catalog import NEWEST, add_service_day, record_example
from tests.api_fixtures import Api, execute, running, settings_for
from viewcount_core import clock
from viewcount_core.database import Database
from viewcount_core.records import Service

STATUS = """{ pipelineStatus { generation publishedAt undeliveredAlerts world services { service lastRun lastSuccess
    coverage freshnessSeconds gate gateReason heldReadings openAnomalies } } }"""


@pytest.fixture
def api(database: Database, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    monkeypatch.setattr(clock, "utc_now", lambda: datetime(2026, 3, 2, 22, 30, tzinfo=UTC))
    with running(settings_for(database, redis_url, ALERT_URLS="slack://a/b/c/#counts")) as api:
        yield api


def test_before_the_first_day_there_is_nothing_to_tell(api):
    status = api.data(STATUS)["pipelineStatus"]
    nothing = dict.fromkeys(("lastRun", "lastSuccess", "coverage", "freshnessSeconds", "gateReason"))
    assert status == {
        "generation": 0,
        "publishedAt": None,
        "undeliveredAlerts": 0,
        "world": "demo",
        "services": [
            {"service": name, **nothing, "gate": "none", "heldReadings": 0, "openAnomalies": 0}
            for name in ("YOUTUBE", "SPOTIFY")
        ],
    }


def judge_two_readings(database: Database) -> None:
    """One is held, the other rejected."""
    with database.transaction() as tx:
        tx.rows(
            "pipeline/ensure_month_partitions",
            parent="count_verdicts",
            first_day=NEWEST.date(),
            last_day=NEWEST.date(),
        )
    execute(
        database,
        "insert into count_verdicts (isrc, service_id, observed_at, verdict) values "
        "('QZVCT2600003', 1, '2026-03-02 21:00+00', 'held'), ('QZVCT2600002', 1, '2026-03-02 21:00+00', 'rejected')",
    )


def leave_a_message(database: Database) -> None:
    """It waits on a channel that is set, and on one that is not set any more."""
    execute(
        database,
        "with messages as (insert into alert_messages (kind, severity, title, body, created_at) "
        "values ('opened', 'error', 't', 'b', now())) "
        "insert into alert_channels values ('slack', now()), ('not set any more', now())",
    )
    execute(
        database,
        "insert into alert_deliveries (channel, message_id, next_attempt_at) "
        "select c.channel, m.message_id, now() from alert_messages m, alert_channels c",
    )


def test_every_service_tells_its_newest_day_and_what_is_in_doubt(database, api):
    record_example(database)
    execute(database, "update publications set published_at = '2026-03-02 22:10+00'")
    judge_two_readings(database)
    leave_a_message(database)
    status = api.data(STATUS)["pipelineStatus"]
    assert (status["generation"], status["publishedAt"]) == (1, "2026-03-02T22:10:00Z")
    assert status["undeliveredAlerts"] == 1, "one message, through the channel that is set"
    assert status["services"] == [
        {
            "service": "YOUTUBE",
            "lastRun": "2026-03-02T22:00:00Z",
            "lastSuccess": "2026-03-02T22:00:00Z",
            "coverage": 0.75,
            "freshnessSeconds": 1800,
            "gate": "open",
            "gateReason": None,
            "heldReadings": 1,
            "openAnomalies": 1,
        },
        {
            "service": "SPOTIFY",
            "lastRun": "2026-03-02T22:00:00Z",
            "lastSuccess": "2026-03-01T22:00:00Z",
            "coverage": 1.0,
            "freshnessSeconds": 88_200,
            "gate": "closed",
            "gateReason": "2 of 2 tracks turned 0",
            "heldReadings": 0,
            "openAnomalies": 0,
        },
    ]
    execute(database, "delete from alert_deliveries where channel = 'slack'")
    add_service_day(database, Service.YOUTUBE, date(2026, 3, 3), ok=0, active=4)
    status = api.data(STATUS)["pipelineStatus"]
    youtube = status["services"][0]
    assert (youtube["lastRun"], youtube["lastSuccess"], youtube["coverage"]) == (
        "2026-03-03T22:00:00Z",
        "2026-03-02T22:00:00Z",
        0.0,
    )
    assert status["undeliveredAlerts"] == 0
