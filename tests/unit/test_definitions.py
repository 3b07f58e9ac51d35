"""What the Dagster UI shows, and that every part of it explains itself."""

import dagster as dg
import pytest

from viewcount_core.errors import ConfigurationError
from viewcount_pipeline.build import build_defs
from viewcount_pipeline.definitions import defs
from viewcount_pipeline.schedules import build_schedules

LINEAGE = {
    "track_catalog": set(),
    "youtube_observations": {"track_catalog"},
    "spotify_observations": {"track_catalog"},
    "view_count_observations": {"youtube_observations", "spotify_observations"},
    "service_days": {"view_count_observations"},
    "count_verdicts": {"service_days"},
    "anomalies": {"count_verdicts"},
    "current_view_counts": {"count_verdicts"},
    "daily_snapshots": {"count_verdicts"},
    "daily_deltas": {"daily_snapshots"},
    "track_trends": {"current_view_counts", "daily_snapshots", "daily_deltas"},
    "api_cache_refresh": {"track_trends"},
}
BELOW_THE_LOG = set(LINEAGE) - {"track_catalog", "youtube_observations", "spotify_observations"}
SPECS = {spec.key.to_user_string(): spec for spec in defs.resolve_all_asset_specs()}


CHECKS = {
    "track_catalog": set(),
    "youtube_observations": {"all_asked", "coverage", "quota"},
    "spotify_observations": {"all_asked", "coverage"},
    "view_count_observations": set(),
    "service_days": {"zero_burst", "scale_burst", "same_value", "source_stale", "spacing"},
    "count_verdicts": {"common_shift"},
    "current_view_counts": set(),
    "anomalies": set(),
    "daily_snapshots": {"anomaly_spikes", "no_missing_day"},
    "daily_deltas": {"anomaly_spikes", "delta_consistency"},
    "track_trends": set(),
    "api_cache_refresh": set(),
}
FRESHNESS = "freshness_check"
CHECK_SPECS = [spec for checks in defs.resolve_asset_graph().assets_defs for spec in checks.check_specs]


def checks_of(job: str) -> set[str]:
    return {key.name for key in defs.resolve_job_def(job).asset_layer.asset_graph.asset_check_keys}


def assets_of(job: str) -> set[str]:
    return {key.to_user_string() for key in defs.resolve_job_def(job).asset_layer.executable_asset_keys}


def test_the_lineage_is_the_data_flow():
    found = {name: {dep.asset_key.to_user_string() for dep in spec.deps} for name, spec in SPECS.items()}
    assert found == LINEAGE


@pytest.mark.parametrize(
    ("job", "assets"),
    [
        ("load_catalog", {"track_catalog"}),
        ("count_youtube", {"youtube_observations"} | BELOW_THE_LOG),
        ("count_spotify", {"spotify_observations"} | BELOW_THE_LOG),
        ("rebuild", BELOW_THE_LOG),
    ],
)
def test_each_job_runs_its_source_and_everything_below(job, assets):
    assert assets_of(job) == assets


def test_every_asset_has_its_checks_and_one_of_its_freshness():
    found = {name: set() for name in SPECS}
    for spec in CHECK_SPECS:
        found[spec.asset_key.to_user_string()].add(spec.name)
    assert found == {name: names | {FRESHNESS} for name, names in CHECKS.items()}


def test_every_check_is_of_a_day_and_stops_nothing_but_freshness_is_of_no_day():
    assert {spec.name for spec in CHECK_SPECS if spec.partitions_def is None} == {FRESHNESS}
    assert not any(spec.blocking for spec in CHECK_SPECS)
    assert all(len(spec.description) > 20 for spec in CHECK_SPECS)


@pytest.mark.parametrize("job", ["load_catalog", "count_youtube", "count_spotify", "rebuild"])
def test_a_job_checks_its_own_assets_and_leaves_freshness_to_the_deadline(job):
    assert checks_of(job) == set().union(*(CHECKS[name] for name in assets_of(job)))


def test_freshness_is_a_job_of_its_own():
    assert checks_of("check_freshness") == {FRESHNESS}
    assert assets_of("check_freshness") == set()


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS.keys())
def test_every_asset_explains_itself(spec):
    assert len(spec.description) > 40
    assert spec.owners
    assert spec.group_name != "default"
    assert "postgres" in spec.kinds
    assert spec.metadata["dagster/table_name"]
    assert all(column.description for column in spec.metadata["dagster/column_schema"].columns)


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS.keys())
def test_every_asset_has_the_one_partitioning_with_today_in_it(spec):
    assert isinstance(spec.partitions_def, dg.DailyPartitionsDefinition)
    assert spec.partitions_def.end_offset == 1
    assert spec.partitions_def.timezone == "UTC"


@pytest.mark.parametrize("name", sorted(BELOW_THE_LOG))
def test_what_is_derived_is_rebuilt_in_one_run_one_step_at_a_time(name):
    asset = defs.resolve_assets_def(name)
    assert asset.backfill_policy == dg.BackfillPolicy.single_run()
    assert asset.op.pool == "below_the_log"


def test_the_schedules_run_by_themselves_in_utc():
    schedules = {schedule.name: schedule for schedule in build_schedules()}
    assert set(schedules) == {
        "load_catalog_daily",
        "count_youtube_daily",
        "count_spotify_daily",
        "check_freshness_daily",
        "apply_retention_daily",
    }
    for schedule in schedules.values():
        assert schedule.default_status is dg.DefaultScheduleStatus.RUNNING
        assert schedule.execution_timezone == "UTC"
    assert schedules["check_freshness_daily"].cron_schedule == "30 23 * * *"
    assert schedules["count_youtube_daily"].cron_schedule == ["30 21 * * *", "30 22 * * *", "15 23 * * *"]


def test_the_sensor_of_alerts_runs_by_itself_and_starts_no_run():
    (sensor,) = defs.sensors
    assert sensor.name == "alerts"
    assert sensor.default_status is dg.DefaultSensorStatus.RUNNING
    assert sensor.minimum_interval_seconds == 30
    assert not sensor.has_jobs


def test_a_schedule_is_a_setting(monkeypatch):
    monkeypatch.setenv("SPOTIFY_SCHEDULE", "0 18 * * *;0 20 * * *")
    crons = {schedule.name: schedule.cron_schedule for schedule in build_schedules()}
    assert crons["count_spotify_daily"] == ["0 18 * * *", "0 20 * * *"]


def test_a_wrong_cron_line_is_named(monkeypatch):
    monkeypatch.setenv("YOUTUBE_SCHEDULE", "half past nine")
    with pytest.raises(ConfigurationError, match="^YOUTUBE_SCHEDULE: .*a valid value is YOUTUBE_SCHEDULE="):
        build_defs()
