"""The day's work through Dagster: real PostgreSQL, cache and HTTP; only the clock is ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
import redis
from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG
from sqlalchemy import text

from viewcount_core import clock
from viewcount_core.database import Database
from viewcount_local.emulators.catalog import read_tracks
from viewcount_local.emulators.faults import Faults
from viewcount_local.emulators.growth import Growth
from viewcount_local.emulators.process import serving
from viewcount_local.emulators.youtube import create_app
from viewcount_pipeline.catalog.reading import read_catalog
from viewcount_pipeline.definitions import defs
from viewcount_pipeline.schedules import build_schedules
from viewcount_pipeline.track_store import add_tracks

EVENING = datetime(2026, 3, 10, 21, 30, tzinfo=UTC)
CATALOG = """isrc,title,artist,youtube_url
USUG11904206,Blinding Lights,The Weeknd,https://youtu.be/4NRXx6U8ABQ
GBAHS1600463,Shape of You,Ed Sheeran,https://www.youtube.com/watch?v=JGwWNGJdvx8
USUM71607007,Despacito,Luis Fonsi,kJQP7kiw5Fk
"""
TRACKS = 3


class Clock:
    """The one clock, set by hand."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Clock:
    hands = Clock(EVENING)
    monkeypatch.setattr(clock, "utc_now", hands)
    return hands


@pytest.fixture
def catalog(tmp_path: Path, demo_environment: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "tracks.csv"
    path.write_text(CATALOG)
    demo_environment.setenv("TRACK_CATALOG_URL", str(path))
    return path


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral(tempdir=str(tmp_path)) as ephemeral:
        yield ephemeral


@pytest.fixture
def youtube(catalog: Path, now: Clock, demo_environment: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    with emulated_youtube(now, demo_environment, tmp_path):
        yield


@contextmanager
def emulated_youtube(now: Clock, environment: pytest.MonkeyPatch, folder: Path, **rates: float) -> Iterator[None]:
    served = folder / "served.csv"
    served.write_text(
        CATALOG.replace("youtube_url", "youtube_video_id")
        .replace("https://youtu.be/", "")
        .replace("https://www.youtube.com/watch?v=", "")
    )
    app = create_app(read_tracks(served), Growth(1), Faults(rates, 1), now=now)
    with serving(app) as url:
        environment.setenv("YOUTUBE_EMULATOR_URL", url)
        environment.setenv("YOUTUBE_ENABLED", "1")
        yield


def run(instance: dg.DagsterInstance, job: str, day: datetime, **options: object) -> dg.ExecuteInProcessResult:
    return defs.resolve_job_def(job).execute_in_process(
        instance=instance, partition_key=day.date().isoformat(), raise_on_error=False, **options
    )


def rebuild(
    instance: dg.DagsterInstance, first: datetime, last: datetime, **options: object
) -> dg.ExecuteInProcessResult:
    tags = {
        ASSET_PARTITION_RANGE_START_TAG: first.date().isoformat(),
        ASSET_PARTITION_RANGE_END_TAG: last.date().isoformat(),
    }
    return defs.resolve_job_def("rebuild").execute_in_process(
        instance=instance, tags=tags, raise_on_error=False, **options
    )


def rows(database: Database, query: str) -> list[tuple]:
    with database.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def failure(result: dg.ExecuteInProcessResult) -> str:
    events = result.filter_events(lambda event: event.is_step_failure)
    return events[0].step_failure_data.user_failure_data.description


def live_through(instance: dg.DagsterInstance, now: Clock, days: int) -> None:
    for _ in range(days):
        assert run(instance, "count_youtube", now.at).success
        now.at += timedelta(days=1)


def test_a_day_goes_from_the_catalog_to_the_cache(instance, database, youtube, now, redis_url):
    assert run(instance, "load_catalog", now.at).success
    assert run(instance, "count_youtube", now.at).success

    counts = rows(database, "select isrc, view_count, last_updated from view_counts order by isrc")
    assert [isrc for isrc, _, _ in counts] == ["GBAHS1600463", "USUG11904206", "USUM71607007"]
    assert all(count > 0 and at == now.at for _, count, at in counts)
    assert rows(database, "select count(*), min(delta_count) from historical_view_counts") == [(TRACKS, None)]
    assert rows(database, "select ok, asked, active, units, gate from service_days") == [(3, 3, 3, 1, "open")]
    assert rows(database, "select generation, tracks from publications") == [(1, 3)]
    with redis.Redis.from_url(redis_url) as cache:
        assert b'"current":' in cache.get("gql_view_data:USUM71607007")


def test_a_second_run_of_a_settled_day_asks_nothing_and_changes_nothing(instance, database, youtube, now):
    run(instance, "load_catalog", now.at)
    run(instance, "count_youtube", now.at)
    before = rows(database, "select * from historical_view_counts order by isrc")
    now.at += timedelta(hours=1)
    result = run(instance, "count_youtube", now.at)

    assert result.success
    assert rows(database, "select count(*) from view_count_observations") == [(TRACKS,)]
    assert rows(database, "select * from historical_view_counts order by isrc") == before
    assert rows(database, "select max(generation) from publications") == [(1,)]


def test_a_run_at_noon_does_not_cancel_the_reading_of_the_evening(instance, database, youtube, now):
    now.at = EVENING.replace(hour=12)
    run(instance, "load_catalog", now.at)
    run(instance, "count_youtube", now.at)
    run(instance, "count_youtube", now.at + timedelta(minutes=5))
    assert rows(database, "select count(*) from view_count_observations") == [(TRACKS,)]
    now.at = EVENING
    run(instance, "count_youtube", now.at)
    assert rows(database, "select count(*) from view_count_observations") == [(2 * TRACKS,)]
    assert rows(database, "select distinct observed_at from historical_view_counts") == [(EVENING,)]


def test_growth_is_known_from_the_second_day_on(instance, database, youtube, now):
    run(instance, "load_catalog", now.at)
    live_through(instance, now, 2)
    now.at += timedelta(days=1)
    live_through(instance, now, 1)
    spans = rows(
        database,
        "select recorded_date - date '2026-03-10', delta_days, min(delta_count) > 0 "
        "from historical_view_counts group by 1, 2 order by 1",
    )
    assert spans == [(0, None, None), (1, 1, True), (3, 2, True)]


@pytest.mark.parametrize("job", ["load_catalog", "count_youtube", "count_spotify"])
def test_a_past_day_is_refused_at_once_and_says_what_to_do_instead(instance, database, youtube, now, job):
    result = run(instance, job, now.at - timedelta(days=3))
    assert not result.success
    assert failure(result) == (
        "2026-03-07: past counts cannot be fetched, only those of today (2026-03-10); "
        "re-run daily_snapshots and below to rebuild past days from the stored log"
    )
    assert not result.filter_events(lambda event: event.is_step_up_for_retry)
    assert rows(database, "select count(*) from view_count_observations") == [(0,)]


def test_thirty_days_are_rebuilt_in_one_run_that_changes_nothing(instance, database, youtube, now):
    run(instance, "load_catalog", now.at)
    live_through(instance, now, 30)
    before = rows(database, "select * from historical_view_counts order by isrc, recorded_date")
    result = rebuild(instance, EVENING, now.at - timedelta(days=1))

    assert result.success
    assert rows(database, "select * from historical_view_counts order by isrc, recorded_date") == before
    snapshots = [
        event.materialization
        for event in result.get_asset_materialization_events()
        if event.asset_key == dg.AssetKey("daily_snapshots")
    ]
    assert len({snapshot.partition for snapshot in snapshots}) == 30
    assert {snapshot.metadata["dagster/row_count"].value for snapshot in snapshots} == {TRACKS}
    assert {snapshot.metadata["rows_changed"].value for snapshot in snapshots} == {0}


def test_a_rebuild_makes_lost_tables_again(instance, database, youtube, now):
    run(instance, "load_catalog", now.at)
    live_through(instance, now, 9)
    tables = {
        "historical_view_counts": "isrc, recorded_date, view_count, delta_count, delta_days, observed_at",
        "view_counts": "isrc, view_count, last_updated",
        "track_trends": "*",
        "track_totals": "*",
        "count_verdicts": "*",
    }
    before = {name: rows(database, f"select {columns} from {name} order by 1, 2") for name, columns in tables.items()}
    with database.engine.begin() as connection:
        for name in tables:
            connection.execute(text(f"truncate {name}"))
    assert rebuild(instance, EVENING, now.at - timedelta(days=1)).success
    assert before == {
        name: rows(database, f"select {columns} from {name} order by 1, 2") for name, columns in tables.items()
    }
    assert rows(database, "select count(*) from track_trends where change_7 > 0") == [(TRACKS,)]


def test_imported_days_are_recorded_by_snapshots_and_below_alone(instance, database, youtube, now):
    run(instance, "load_catalog", now.at)
    live_through(instance, now, 3)
    before = rows(database, "select isrc, recorded_date, view_count from historical_view_counts order by 1, 2")
    with database.engine.begin() as connection:
        for table in ("historical_view_counts", "count_verdicts", "service_days"):
            connection.execute(text(f"truncate {table}"))
        # As an import leaves it.
        connection.execute(
            text("insert into unjudged_days select distinct service_id, observed_at::date from view_count_observations")
        )
    below = [dg.AssetKey(name) for name in ("daily_snapshots", "daily_deltas", "track_trends", "api_cache_refresh")]
    result = rebuild(instance, EVENING, now.at - timedelta(days=1), asset_selection=below)
    assert result.success
    assert before == rows(database, "select isrc, recorded_date, view_count from historical_view_counts order by 1, 2")


def test_a_removed_video_is_an_answer_and_a_number_for_nobody(
    instance, database, catalog, now, demo_environment, tmp_path
):
    with emulated_youtube(now, demo_environment, tmp_path, unavailable=1.0):
        run(instance, "load_catalog", now.at)
        assert run(instance, "count_youtube", now.at).success
    assert rows(database, "select distinct status, view_count from view_count_observations") == [("unavailable", None)]
    assert rows(database, "select count(*) from view_counts") == [(0,)]
    assert rows(database, "select failed from service_days") == [({"unavailable": 3},)]


def test_a_refused_key_fails_the_run_and_says_what_a_person_has_to_do(
    instance, database, catalog, now, demo_environment, tmp_path
):
    with emulated_youtube(now, demo_environment, tmp_path, key_invalid=1.0):
        run(instance, "load_catalog", now.at)
        result = run(instance, "count_youtube", now.at)
    assert not result.success
    assert failure(result).startswith("YouTube: ")
    assert "YOUTUBE_API_KEY" in failure(result)
    assert rows(database, "select distinct status from view_count_observations") == [("deferred",)]


def test_a_spent_quota_leaves_the_rest_for_later_and_publishes_what_there_is(
    instance, database, youtube, now, demo_environment
):
    demo_environment.setenv("YOUTUBE_DAILY_QUOTA", "0")
    run(instance, "load_catalog", now.at)
    result = run(instance, "count_youtube", now.at)
    assert not result.success
    assert "quota" in failure(result).lower()
    demo_environment.setenv("YOUTUBE_DAILY_QUOTA", "10")
    now.at += timedelta(minutes=1)
    assert run(instance, "count_youtube", now.at).success
    assert rows(database, "select ok, deferred from service_days") == [(TRACKS, 0)]


def test_a_quota_the_service_says_is_spent_is_a_status_of_its_own(
    instance, database, catalog, now, demo_environment, tmp_path
):
    with emulated_youtube(now, demo_environment, tmp_path, quota=1.0):
        run(instance, "load_catalog", now.at)
        assert "quota" in failure(run(instance, "count_youtube", now.at)).lower()
    assert rows(database, "select distinct status from view_count_observations") == [("quota",)]


def test_one_count_beyond_all_reason_stops_nobody(instance, database, youtube, now):
    run(instance, "load_catalog", now.at)
    live_through(instance, now, 8)
    with database.engine.begin() as connection:
        connection.execute(
            text(
                "insert into view_count_observations (isrc, service_id, observed_at, view_count, status, origin) "
                "values ('USUM71607007', 1, :at, 9000000000000000000, 'ok', 'import')"
            ),
            {"at": now.at - timedelta(hours=1)},
        )
    now.at -= timedelta(minutes=30)
    assert run(instance, "count_youtube", now.at).success
    assert rows(database, "select verdict, kind from count_verdicts where verdict <> 'accepted'") == [
        ("rejected", "too_large")
    ]
    assert rows(database, "select count(*) from view_counts where view_count < 1e13") == [(TRACKS,)]


def test_a_disabled_service_is_not_asked_and_its_run_is_green(instance, database, youtube, now):
    run(instance, "load_catalog", now.at)
    result = run(instance, "count_spotify", now.at)
    assert result.success
    state = next(
        event.materialization.metadata["state"].value
        for event in result.get_asset_materialization_events()
        if event.asset_key == dg.AssetKey("spotify_observations")
    )
    assert state == "Spotify is disabled"


def test_a_cache_that_is_away_costs_the_run_nothing_and_is_told_later(
    instance, database, youtube, now, demo_environment, redis_url
):
    demo_environment.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    run(instance, "load_catalog", now.at)
    assert run(instance, "count_youtube", now.at).success
    assert rows(database, "select count(*) from unpublished_tracks") == [(TRACKS,)]
    demo_environment.setenv("REDIS_URL", redis_url)
    assert rebuild(instance, now.at, now.at).success
    assert rows(database, "select count(*) from unpublished_tracks") == [(0,)]
    with redis.Redis.from_url(redis_url) as cache:
        assert cache.exists("gql_view_data:USUM71607007")


class TestCatalog:
    """The catalog is replaced whole or not at all."""

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            pytest.param(b"", "the file is empty", id="empty"),
            pytest.param(b"title\nA\n", "no column isrc", id="without-the-column"),
            pytest.param(b"isrc\nXX\nYY\n", "none of 2 rows can be used", id="all-rows-bad"),
            pytest.param(b"isrc,title\nUSUG11904206,\xff\xfe\n", "UTF-8", id="not-utf-8"),
            pytest.param(b"isrc\nUSUG11904206\n", "would deactivate 2 of 3 active tracks", id="shrunk"),
        ],
    )
    def test_a_catalog_that_cannot_be_used_leaves_the_old_one(self, instance, database, catalog, now, content, reason):
        assert run(instance, "load_catalog", now.at).success
        before = rows(database, "select * from tracks order by isrc")
        catalog.write_bytes(content)
        result = run(instance, "load_catalog", now.at)
        assert not result.success
        assert reason in failure(result)
        assert rows(database, "select * from tracks order by isrc") == before

    def test_a_shrink_can_be_forced_and_deletes_nobody(self, instance, database, catalog, now):
        run(instance, "load_catalog", now.at)
        catalog.write_text("isrc\nUSUG11904206\n")
        forced = {"ops": {"track_catalog": {"config": {"forced": True}}}}
        assert run(instance, "load_catalog", now.at, run_config=forced).success
        assert rows(database, "select active, count(*) from tracks group by 1 order by 1") == [(False, 2), (True, 1)]

    def test_another_catalog_named_by_hand_may_not_shrink_unasked_either(self, instance, database, catalog, now):
        run(instance, "load_catalog", now.at)
        other = catalog.with_name("other.csv")
        other.write_text("isrc\nUSUG11904206\n")
        named = {"ops": {"track_catalog": {"config": {"location": str(other)}}}}
        result = run(instance, "load_catalog", now.at, run_config=named)
        assert "would deactivate 2 of 3 active tracks" in failure(result)
        assert "viewcount run --force" in failure(result)

    def test_the_sample_gives_way_to_any_catalog(self, instance, database, demo_environment, now, tmp_path):
        run(instance, "load_catalog", now.at)
        own = tmp_path / "own.csv"
        own.write_text("isrc\nUSUG11904206\n")
        named = {"ops": {"track_catalog": {"config": {"location": str(own)}}}}
        assert run(instance, "load_catalog", now.at, run_config=named).success
        assert rows(database, "select count(*) from tracks where active") == [(1,)]

    def test_rows_that_cannot_be_used_are_kept_with_their_reasons(self, instance, database, catalog, now):
        catalog.write_text(CATALOG + "NOT-AN-ISRC,x,y,\n")
        result = run(instance, "load_catalog", now.at)
        assert result.success
        assert rows(database, "select line, raw->>'isrc' from rejected_tracks") == [(5, "NOT-AN-ISRC")]
        assert result.get_asset_materialization_events()[0].materialization.metadata["rejected"].value == 1

    def test_imported_tracks_stay_beside_any_catalog(self, instance, database, catalog, now, tmp_path):
        more = tmp_path / "more.csv"
        more.write_text("isrc\nUSUM71604711\nUSUG11904206\n")
        add_tracks(database, read_catalog(str(more)), now.at.date())
        assert run(instance, "load_catalog", now.at).success
        assert rows(database, "select isrc, active from tracks where imported") == [("USUM71604711", True)]

    def test_the_sample_is_not_loaded_over_imported_tracks(self, instance, database, demo_environment, now, tmp_path):
        more = tmp_path / "more.csv"
        more.write_text("isrc\nUSUM71604711\n")
        add_tracks(database, read_catalog(str(more)), now.at.date())
        assert run(instance, "load_catalog", now.at).success
        assert rows(database, "select isrc from tracks") == [("USUM71604711",)]


class TestSchedule:
    """A try asks only for what the day lacks."""

    @staticmethod
    def evaluate(instance: dg.DagsterInstance, tick: datetime, name: str = "count_youtube_daily") -> object:
        schedule = next(schedule for schedule in build_schedules() if schedule.name == name)
        repository = defs.get_repository_def()
        with dg.build_schedule_context(
            instance=instance,
            scheduled_execution_time=tick,
            resources=dict(repository.get_top_level_resources()),
            repository_def=repository,
        ) as context:
            return schedule.evaluate_tick(context)

    def test_it_asks_for_the_day_and_names_day_and_try(self, instance, youtube, now):
        run(instance, "load_catalog", now.at)
        (request,) = self.evaluate(instance, now.at).run_requests
        assert request.partition_key == "2026-03-10"
        assert request.run_key == "2026-03-10T21:30"

    def test_it_skips_when_nothing_lacks(self, instance, youtube, now):
        run(instance, "load_catalog", now.at)
        run(instance, "count_youtube", now.at)
        now.at += timedelta(hours=1)
        assert "nothing lacks" in self.evaluate(instance, now.at).skip_message

    def test_it_skips_a_tick_whose_day_is_over(self, instance, youtube, now):
        run(instance, "load_catalog", now.at)
        tick, now.at = now.at, now.at + timedelta(hours=4)
        assert self.evaluate(instance, tick).skip_message.startswith("2026-03-10 is over")

    def test_it_skips_a_disabled_service(self, instance, youtube, now):
        assert "disabled" in self.evaluate(instance, now.at, "count_spotify_daily").skip_message
