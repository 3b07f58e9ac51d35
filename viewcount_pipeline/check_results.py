"""Records what the checks think of each day in Dagster: one result a check and partition, in a run over many days too.

Dagster gives an `AssetCheckResult` its partition only in a run of a single one; in a run over a range the same result
would belong to none, and the days would stay "planned" and end as skipped. So the steps below yield the evaluation that
Dagster itself makes of a result, once a day. They are steps of their own, after their asset: the UI counts a result
only when it names the newest materialization of its partition, which is not stored before the asset's step has ended.
`derived.py` silences Dagster's warning that partitioned checks are a preview.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import dagster as dg
from dagster._core.definitions.asset_checks.asset_check_evaluation import AssetCheckEvaluationTargetMaterializationData
from dagster._core.storage.tags import PRIORITY_TAG

from viewcount_core import clock
from viewcount_pipeline.check_findings import FINDINGS, as_metadata, findings_of
from viewcount_pipeline.checks.by_asset import CHECKS
from viewcount_pipeline.checks.check import Check, judge_days
from viewcount_pipeline.checks.judgment import Judgment, Level
from viewcount_pipeline.failures import dagster_failures
from viewcount_pipeline.partitions import DAILY
from viewcount_pipeline.pictures import bars, table
from viewcount_pipeline.quota import QUOTA_ZONE
from viewcount_pipeline.resources import Postgres

Targets = Mapping[str, AssetCheckEvaluationTargetMaterializationData]


def build_asset_checks() -> list[dg.AssetChecksDefinition]:
    """The checks of every asset that has some, one step an asset."""
    return [_checks_of(asset, checks) for asset, checks in CHECKS.items()]


def _checks_of(asset: str, checks: Sequence[Check]) -> dg.AssetChecksDefinition:
    specs = [
        dg.AssetCheckSpec(check.name, asset=asset, description=check.description, partitions_def=DAILY)
        for check in checks
    ]

    # Before the next asset: what another run writes meanwhile is not this run's to judge.
    @dg.multi_asset_check(name=f"check_{asset}", specs=specs, can_subset=True, op_tags={PRIORITY_TAG: "1"})
    def check_asset(context: dg.AssetCheckExecutionContext, postgres: Postgres) -> Iterator[Any]:
        selected = {key.name for key in context.selected_asset_check_keys}
        yield from _evaluations(context, postgres, asset, [check for check in checks if check.name in selected])
        for spec in specs:
            if spec.name in selected:
                yield dg.Output(None, output_name=spec.get_python_identifier())

    return check_asset


def _evaluations(
    context: dg.AssetCheckExecutionContext, postgres: Postgres, asset: str, checks: Sequence[Check]
) -> Iterator[dg.AssetCheckEvaluation]:
    # Of the run, as a run of checks alone knows of no partitioning that all its assets share.
    keys = DAILY.get_partition_keys_in_range(context.op_execution_context.partition_key_range)
    targets = _targets(context.instance, dg.AssetKey(asset), keys)
    days = [date.fromisoformat(key) for key in keys]
    now = clock.utc_now()
    today = {"today": now.date(), "quota_day": now.astimezone(QUOTA_ZONE).date()}
    with dagster_failures(), postgres.database.transaction() as tx:
        judgments = list(judge_days(tx, checks, days, today, postgres.settings))
    for day, check, judged in judgments:
        yield _evaluation(asset, check, day.isoformat(), judged, targets)


def _targets(instance: dg.DagsterInstance, asset: dg.AssetKey, keys: Sequence[str]) -> Targets:
    """The newest materialization of each partition."""
    newest = instance.get_latest_storage_id_by_partition(asset, dg.DagsterEventType.ASSET_MATERIALIZATION, set(keys))
    if not newest:
        return {}
    records = instance.fetch_materializations(
        dg.AssetRecordsFilter(asset, storage_ids=list(newest.values())), limit=len(newest)
    ).records
    return {
        str(record.partition_key): AssetCheckEvaluationTargetMaterializationData(
            storage_id=record.storage_id, run_id=record.run_id, timestamp=record.timestamp
        )
        for record in records
    }


def _evaluation(asset: str, check: Check, key: str, judged: Judgment, targets: Targets) -> dg.AssetCheckEvaluation:
    return dg.AssetCheckEvaluation(
        asset_key=dg.AssetKey(asset),
        check_name=check.name,
        passed=judged.passed,
        severity=dg.AssetCheckSeverity.ERROR if judged.level is Level.ERROR else dg.AssetCheckSeverity.WARN,
        description=judged.sentence,
        metadata=_metadata(check, judged),
        target_materialization_data=targets.get(key),
        blocking=False,
        partition=key,
    )


def _metadata(check: Check, judged: Judgment) -> dict[str, Any]:
    found = findings_of(judged, names_service=len(check.services) > 1)
    shown: dict[str, Any] = {"state": judged.level.name.lower(), **judged.numbers, FINDINGS: as_metadata(found)}
    if judged.sample:
        shown["sample"] = table(judged.sample)
    if judged.plot:
        shown["plot"] = bars(judged.plot, judged.drawn)
    return shown
