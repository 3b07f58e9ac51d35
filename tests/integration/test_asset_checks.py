"""What Dagster keeps of the checks: one result a check and day, also of a run over many days."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    PARTITION_NAME_TAG,
)
from dagster._core.test_utils import freeze_time

from tests.derivation import Derivation
from viewcount_pipeline.check_results import build_asset_checks
from viewcount_pipeline.checks.by_asset import CHECKS
from viewcount_pipeline.definitions import defs
from viewcount_pipeline.freshness import ASSETS
from viewcount_pipeline.resources import Postgres

ISRC = "USVCT2600001"
DAYS = ["2026-01-05", "2026-01-06", "2026-01-07"]
REBUILT = [
    dg.AssetCheckKey(dg.AssetKey(asset), check.name)
    for asset, checks in CHECKS.items()
    if not asset.endswith("_observations")
    for check in checks
]


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral(tempdir=str(tmp_path)) as ephemeral:
        yield ephemeral


@pytest.fixture
def derivation(database, demo_environment) -> Derivation:
    return Derivation(database)


def rebuild(instance: dg.DagsterInstance, first: str, last: str) -> dg.ExecuteInProcessResult:
    tags = {ASSET_PARTITION_RANGE_START_TAG: first, ASSET_PARTITION_RANGE_END_TAG: last}
    result = defs.resolve_job_def("rebuild").execute_in_process(instance=instance, tags=tags)
    assert result.success
    return result


def results(instance: dg.DagsterInstance, key: dg.AssetCheckKey) -> list[tuple]:
    """Partition, whether it passed, and what was said, oldest first."""
    records = instance.event_log_storage.get_asset_check_execution_history(key, limit=100)
    return sorted((record.partition, record.evaluation.passed, record.evaluation.description) for record in records)


def test_a_run_over_three_days_has_one_result_for_each_check_and_day(instance, derivation):
    for day, count in zip(DAYS, [100, 110, 125], strict=True):
        derivation.observe(ISRC, day, count)
    rebuild(instance, DAYS[0], DAYS[-1])
    for key in REBUILT:
        found = results(instance, key)
        assert [partition for partition, _, _ in found] == DAYS, key
        assert all(description for _, _, description in found)


def test_the_ui_counts_each_result_for_the_newest_materialization_of_its_day(instance, derivation):
    derivation.observe(ISRC, DAYS[0], 100)
    for _ in range(2):
        rebuild(instance, DAYS[0], DAYS[-1])
    infos = instance.event_log_storage.get_asset_check_partition_info(REBUILT)
    assert len(infos) == len(DAYS) * len(REBUILT)
    assert all(info.latest_target_materialization_storage_id and info.is_current for info in infos)
    assert {info.latest_execution_status for info in infos} == {AssetCheckExecutionRecordStatus.SUCCEEDED}


def test_a_day_that_nobody_read_says_so_instead_of_being_skipped(instance, derivation):
    rebuild(instance, DAYS[0], DAYS[1])
    for key in REBUILT:
        assert {description for _, _, description in results(instance, key)} == {
            "nothing to judge: no service was read on this day"
        }


def test_a_failed_check_stops_nothing_and_shows_what_is_wrong(instance, derivation):
    derivation.observe(ISRC, "2026-01-02", 90)
    derivation.observe(ISRC, DAYS[0], 100)
    rebuild(instance, DAYS[0], DAYS[0])
    derivation.execute("delete from historical_view_counts where recorded_date = '2026-01-02'")
    result = rebuild(instance, DAYS[0], DAYS[0])
    assert dg.AssetKey("api_cache_refresh") in {event.asset_key for event in result.get_asset_materialization_events()}
    (evaluation,) = (found for found in result.get_asset_check_evaluations() if found.check_name == "no_missing_day")
    assert (evaluation.passed, evaluation.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert evaluation.description == (
        "YouTube: 1 of the 30 days before have readings and no snapshot: 2026-01-02; rebuild them"
    )
    assert evaluation.metadata["state"].value == "error"
    assert evaluation.metadata["youtube_lost_days"].value == 1
    assert "2026-01-02" in evaluation.metadata["sample"].value


def test_one_check_can_be_asked_for_alone(instance, derivation):
    derivation.observe(ISRC, DAYS[0], 100)
    rebuild(instance, DAYS[0], DAYS[0])
    key = dg.AssetCheckKey(dg.AssetKey("daily_snapshots"), "no_missing_day")
    job = dg.Definitions(
        assets=ASSETS,
        asset_checks=build_asset_checks(),
        jobs=[dg.define_asset_job("one_check", dg.AssetSelection.checks(key))],
        resources={"postgres": Postgres()},
    ).resolve_job_def("one_check")
    result = job.execute_in_process(instance=instance, tags={PARTITION_NAME_TAG: DAYS[0]})
    (evaluation,) = result.get_asset_check_evaluations()
    assert (evaluation.asset_check_key, evaluation.partition) == (key, DAYS[0])


def test_an_asset_without_todays_partition_at_the_deadline_is_not_fresh(instance, demo_environment):
    late = dg.AssetKey("daily_deltas")
    with freeze_time(datetime(2026, 3, 10, 23, 30, 5, tzinfo=UTC)):
        for asset in ASSETS:
            for key in asset.keys:
                day = "2026-03-09" if key == late else "2026-03-10"
                instance.report_runless_asset_event(dg.AssetMaterialization(key, partition=day))
        result = defs.resolve_job_def("check_freshness").execute_in_process(instance=instance)
    failed = [found for found in result.get_asset_check_evaluations() if not found.passed]
    assert [found.asset_key for found in failed] == [late]
    assert failed[0].severity is dg.AssetCheckSeverity.ERROR
    assert "2026-03-10" in failed[0].description
