"""Trouble that no run tells of, and the daily digest."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from tests.alert_fixtures import Surroundings, around, webhook
from viewcount_core import clock
from viewcount_core.records import Service
from viewcount_core.settings import load_settings
from viewcount_pipeline.alerts.collecting import collect
from viewcount_pipeline.jobs import SERVICE_JOBS

__all__ = ["around", "webhook"]

DAY = date(2026, 3, 10)
TRACKS = 120


class SetClock:
    """The one clock, set by hand."""

    def __init__(self) -> None:
        self.at = datetime.combine(DAY, datetime.min.time(), UTC)
        self.shift = timedelta()

    def __call__(self) -> datetime:
        return self.at + self.shift

    def set(self, moment: str) -> None:
        """The time of day, or day and time."""
        text = moment if "T" in moment else f"{DAY}T{moment}"
        self.at, self.shift = datetime.fromisoformat(text).replace(tzinfo=UTC), timedelta()


@pytest.fixture
def shifted_clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """In place of the clock of the other tests."""
    hands = SetClock()
    monkeypatch.setattr(clock, "utc_now", hands)
    return hands


@pytest.fixture
def world(around: Surroundings, webhook, monkeypatch: pytest.MonkeyPatch) -> Surroundings:
    """YouTube is enabled and has tracks; everybody is told of everything."""
    around.listen(webhook.url())
    around.environment.setenv("YOUTUBE_ENABLED", "1")
    around.execute(
        "insert into tracks (isrc, youtube_video_id, created_at) "
        f"select 'USABC26' || to_char(n, 'FM00000'), 'v' || n, '2026-01-01' from generate_series(1, {TRACKS}) n"
    )
    return around


def count(world: Surroundings, moment: str, tracks: int = TRACKS) -> None:
    """Current counts, a day's facts and its snapshots, as a run at that instant leaves them."""
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    first = f"(select * from tracks order by isrc limit {tracks}) t"
    world.execute(f"select ensure_month_partitions('historical_view_counts', 1::smallint, '{at:%F}', '{at:%F}')")
    world.execute(
        f"insert into view_counts (isrc, service_id, view_count, last_updated) select isrc, 1, 5, '{at}' from {first} "
        "on conflict (isrc, service_id) do update set last_updated = excluded.last_updated"
    )
    world.execute(
        f"insert into historical_view_counts (isrc, service_id, view_count, recorded_date, observed_at, quality) "
        f"select isrc, 1, 5, '{at:%F}', '{at}', 'ok' from {first} on conflict do nothing"
    )
    world.execute(
        "insert into service_days (service_id, day, gate, active, asked, ok, failed, deferred, units, "
        f"first_observed_at, last_observed_at) values (1, '{at:%F}', 'open', {TRACKS}, {tracks}, {tracks}, '{{}}', "
        f"{TRACKS - tracks}, 3, '{at}', '{at}') on conflict do nothing"
    )


def ask(world: Surroundings, moment: str) -> None:
    """A run of the service's job that began at that instant."""
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)

    @dg.job(name=SERVICE_JOBS[Service.YOUTUBE].name)
    def nothing() -> None:
        """A job to make a run of."""

    run = nothing.execute_in_process(instance=world.instance, tags={"dagster/partition": f"{at:%F}"})
    storage = world.instance.run_storage
    with storage.connect() as connection:
        connection.exec_driver_sql(
            "update runs set create_timestamp = ? where run_id = ?", (f"{at:%F %T.%f}", run.run_id)
        )


def look(world: Surroundings, moment: str) -> None:
    world.clock.set(moment)
    world.look()
    world.clock.shift += timedelta(minutes=1)
    world.deliver()


def test_a_day_whose_tries_all_passed_without_a_run_is_told(world, webhook):
    count(world, "2026-03-09T21:31")
    ask(world, "2026-03-09T21:30")
    look(world, "23:44")
    assert webhook.titles == ["digest: 2026-03-09, all is well"]
    look(world, "23:46")
    assert webhook.titles[1:] == ["ERROR: YouTube was not asked"]
    message = webhook.accepted[1].message
    assert "YouTube was not asked on 2026-03-10: no run has begun since the first try at 2026-03-10 21:30" in message
    assert f"Tracks: {TRACKS}" in message
    look(world, "23:55")
    assert len(webhook.titles) == 2


def test_a_run_in_the_evening_is_enough_and_ends_the_trouble(world, webhook):
    world.environment.setenv("ALERT_DIGEST_AT", "23:59:59")
    ask(world, "2026-03-10T12:00")  # the evening's tries ask again
    look(world, "23:50")
    assert webhook.titles == ["ERROR: YouTube was not asked"]
    ask(world, "2026-03-10T23:52")
    look(world, "23:53")
    assert webhook.titles[1:] == ["over: YouTube was not asked"]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        pytest.param("YOUTUBE_ENABLED", "0", id="disabled"),
        pytest.param("YOUTUBE_SCHEDULE", "30 21 11 * *", id="not-scheduled-for-that-day"),
        pytest.param("ALERT_MISSED_MINUTES", "60", id="more-time-given"),
    ],
)
def test_a_day_on_which_nobody_had_to_ask_is_not_missed(world, webhook, variable, value):
    world.environment.setenv(variable, value)
    world.environment.setenv("ALERT_DIGEST_AT", "23:59:59")
    world.execute("update tracks set created_at = '2026-03-10 10:00Z'")
    look(world, "23:55")
    assert webhook.titles == []


def test_tracks_that_came_after_the_tries_make_no_day_missed(world, webhook):
    world.environment.setenv("ALERT_DIGEST_AT", "23:59:59")
    world.execute("update tracks set created_at = '2026-03-10 22:00Z'")
    look(world, "23:55")
    assert webhook.titles == []


def test_a_command_neither_misses_schedules_nor_ends_what_the_daemon_found(world, webhook):
    world.environment.setenv("ALERT_DIGEST_AT", "23:59:59")
    world.clock.set("23:50")
    collect(world.database, load_settings(), world.runs, has_daemon=False)
    assert world.rows("select * from alert_incidents") == []
    look(world, "23:51")
    collect(world.database, load_settings(), world.runs, has_daemon=False)
    assert world.rows("select kind, closed_at from alert_incidents") == [("missed_schedule", None)]


def test_yesterday_is_noticed_when_the_daemon_comes_back(world, webhook):
    world.environment.setenv("ALERT_DIGEST_AT", "23:59:59")
    look(world, "2026-03-11T09:00")
    assert "YouTube was not asked on 2026-03-10" in webhook.accepted[0].message


def test_old_counts_are_told_until_there_are_new_ones(world, webhook):
    world.environment.setenv("ALERT_DIGEST_AT", "23:59:59")
    count(world, "2026-03-08T21:40")
    ask(world, "2026-03-09T21:30")
    look(world, "04:00")
    assert webhook.titles == ["ERROR: no new counts of YouTube"]
    message = webhook.accepted[0].message
    assert "The newest count of YouTube is of 2026-03-08 21:40 UTC, more than 30 hours ago." in message
    assert f"Tracks: {TRACKS}" in message
    assert "Since: 2026-03-08 21:40 UTC" in message
    count(world, "2026-03-10T04:10")
    look(world, "04:15")
    assert webhook.titles[1:] == ["over: no new counts of YouTube"]


def test_a_service_that_is_asked_in_vain_from_the_first_day_on_has_old_data_too(world, webhook):
    world.environment.setenv("ALERT_DIGEST_AT", "23:59:59")
    ask(world, "2026-03-08T21:30")
    ask(world, "2026-03-09T21:30")
    look(world, "03:29")
    assert webhook.titles == []
    look(world, "03:31")
    assert webhook.titles == ["ERROR: no new counts of YouTube"]
    message = webhook.accepted[0].message
    assert (
        "No count of YouTube was ever published, although it was first asked at 2026-03-08 21:30 UTC, "
        "more than 30 hours ago." in message
    )
    assert f"Tracks: {TRACKS}" in message
    count(world, "2026-03-10T04:10")
    look(world, "04:15")
    assert webhook.titles[1:] == ["over: no new counts of YouTube"]


def test_what_was_read_and_never_published_is_missed_although_no_run_is_recorded(world, webhook):
    world.environment.setenv("ALERT_DIGEST_AT", "23:59:59")
    ask(world, "2026-03-09T21:30")
    count(world, "2026-03-08T21:40")
    world.execute("delete from view_counts")
    look(world, "04:00")
    assert "first asked at 2026-03-08 21:40 UTC" in webhook.accepted[0].message


@pytest.mark.parametrize("change", ["delete from tracks", "update tracks set active = false"])
def test_a_service_without_tracks_to_ask_for_owes_no_counts(world, webhook, change):
    world.environment.setenv("ALERT_DIGEST_AT", "23:59:59")
    ask(world, "2026-03-08T21:30")
    ask(world, "2026-03-09T21:30")
    world.execute(change)
    look(world, "04:00")
    assert webhook.titles == []


@pytest.mark.parametrize(
    ("moment", "limit", "told"),
    [
        pytest.param(
            "12:00", 102, "YouTube's quota has 2 units left until it resets, and the next try needs 3", id="short"
        ),
        pytest.param("12:00", 103, None, id="enough"),
        pytest.param("03:00", 102, None, id="it-resets-before-the-next-try"),
    ],
)
def test_a_quota_that_does_not_suffice_for_the_next_try_is_told(world, webhook, moment, limit, told):
    world.environment.setenv("ALERT_DIGEST_AT", "23:59:59")
    world.environment.setenv("YOUTUBE_DAILY_QUOTA", str(limit))
    ask(world, "2026-03-09T21:30")
    world.clock.set(moment)
    quota_day = world.clock().astimezone(ZoneInfo("America/Los_Angeles")).date()
    world.execute(f"insert into quota_usage values (1, '{quota_day}', '{DAY}', 100)")
    look(world, moment)
    assert webhook.titles == (["WARNING: the quota of YouTube is too small"] if told else [])
    assert all(told in received.message and "Tracks: 20" in received.message for received in webhook.accepted)


def test_a_quota_that_suffices_for_what_is_left_is_no_trouble(world, webhook):
    world.environment.setenv("ALERT_DIGEST_AT", "23:59:59")
    world.environment.setenv("YOUTUBE_DAILY_QUOTA", "101")
    world.execute(f"insert into quota_usage values (1, '{DAY}', '{DAY}', 100)")
    ask(world, "2026-03-09T21:30")
    count(world, "2026-03-10T21:31", tracks=TRACKS - 50)
    look(world, "21:45")
    assert webhook.titles == []


class TestDigest:
    """One a day, for the day before."""

    def test_it_comes_once_when_its_time_has_come(self, world, webhook):
        count(world, "2026-03-09T21:31")
        ask(world, "2026-03-09T21:30")
        look(world, "05:59")
        assert webhook.titles == []
        for moment in ("06:00", "06:01", "18:00"):
            look(world, moment)
        assert webhook.titles == ["digest: 2026-03-09, all is well"]
        assert f"YouTube: {TRACKS} of {TRACKS} tracks recorded" in webhook.accepted[0].message
        assert webhook.accepted[0].type == "success"
        look(world, "2026-03-11T18:00")
        assert webhook.titles[-1] == "digest: 2026-03-10, not all is well"

    def test_it_tells_what_lacks_and_what_is_open(self, world, webhook):
        world.listen(webhook.url().replace("json", "warning=json"))
        count(world, "2026-03-09T21:31", tracks=100)
        ask(world, "2026-03-09T21:30")
        world.execute('update service_days set failed = \'{"timeout": 7, "unavailable": 5}\', deferred = 8, held = 2')
        look(world, "06:00")
        message = webhook.accepted[0].message
        assert webhook.titles == ["digest: 2026-03-09, not all is well"]
        assert f"100 of {TRACKS} tracks recorded, 7 not answered for, 8 left for later, 2 held as doubtful" in message

    def test_a_day_without_any_count_is_an_error(self, world, webhook):
        world.listen(webhook.url().replace("json", "error=json"))
        ask(world, "2026-03-09T21:30")
        look(world, "06:00")
        assert webhook.titles == ["digest: 2026-03-09, not all is well"]
        assert f"YouTube: 0 of {TRACKS} tracks recorded" in webhook.accepted[0].message

    def test_it_forgets_what_is_long_over(self, world, webhook):
        world.execute(
            "insert into alert_messages (kind, severity, title, body, created_at) "
            "values ('opened', 'info', '', '', '2024-01-01')"
        )
        world.execute("update tracks set created_at = '2026-03-10 10:00Z'")
        look(world, "06:00")
        assert world.rows("select count(*) from alert_messages") == [(0,)]
