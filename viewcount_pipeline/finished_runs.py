"""What Dagster's instance knows of runs that are over, as alerts want it."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

import dagster as dg
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    PARTITION_NAME_TAG,
)

from viewcount_core.records import Service
from viewcount_core.severity import Severity
from viewcount_pipeline.alerts.collecting import RunEnd
from viewcount_pipeline.alerts.troubles import CheckResult, FinishedRun
from viewcount_pipeline.check_findings import CheckFinding, findings_in
from viewcount_pipeline.checks.judgment import Level
from viewcount_pipeline.failures import reason_of
from viewcount_pipeline.jobs import SERVICE_JOBS

PAGE = 500
ENDS = (dg.DagsterEventType.RUN_SUCCESS, dg.DagsterEventType.RUN_FAILURE, dg.DagsterEventType.RUN_CANCELED)
FAILURES = {dg.DagsterEventType.STEP_FAILURE, dg.DagsterEventType.RUN_FAILURE}
SUCCEEDED = {dg.DagsterRunStatus.SUCCESS: True, dg.DagsterRunStatus.FAILURE: False}
SEVERITIES = {dg.AssetCheckSeverity.WARN: Severity.WARNING, dg.AssetCheckSeverity.ERROR: Severity.ERROR}
# Figures that are numbers of tracks something is wrong with, with or without a service's key before them: of checks
# that keep no findings by service.
TOUCHED = re.compile(r"(?:[a-z]+_)?(?:tracks|deferred|missing|wrong|found|held|flagged)")
# What such a check says where it passes for want of anything to judge or to compare with.
CANNOT_JUDGE = ("warming up", "not judged", "nothing to judge")


class DagsterRuns:
    """The runs of one instance, those of the daemon and those of commands alike."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self._instance = instance

    def ends_since(self, since: datetime) -> list[RunEnd]:
        """Ends of runs from that instant on."""
        return [end for kind in ENDS for end in self._ends(kind, since)]

    def read(self, end: RunEnd) -> FinishedRun | None:
        """All about one run: how it ended and why, and its checks."""
        record = self._instance.get_run_record_by_id(end.run_id)
        if record is None:
            return None
        run = record.dagster_run
        succeeded = SUCCEEDED.get(run.status)
        return FinishedRun(
            run_id=run.run_id,
            job=run.job_name,
            succeeded=succeeded,
            started_at=_instant(record.start_time) if record.start_time else end.ended_at,
            ended_at=end.ended_at,
            partitions=_partitions(run),
            reason=reason_of(self._events(run.run_id, FAILURES)) if succeeded is False else "",
            checks=self._checks(run),
        )

    def was_tried(self, service: Service, day: date, since: datetime) -> bool:
        """Whether a run of this service's job for this day has begun since an instant."""
        wanted = dg.RunsFilter(
            job_name=SERVICE_JOBS[service].name, tags={PARTITION_NAME_TAG: day.isoformat()}, created_after=since
        )
        return bool(self._instance.get_run_records(wanted, limit=1))

    def first_try(self, service: Service) -> datetime | None:
        """When the first run of this service's job began that is still recorded."""
        wanted = dg.RunsFilter(job_name=SERVICE_JOBS[service].name)
        records = self._instance.get_run_records(wanted, limit=1, ascending=True)
        return records[0].create_timestamp.replace(tzinfo=UTC) if records else None

    def _ends(self, kind: dg.DagsterEventType, since: datetime) -> Iterator[RunEnd]:
        wanted = dg.RunStatusChangeRecordsFilter(kind, after_timestamp=since.timestamp())  # type: ignore[arg-type]
        cursor, has_more = None, True
        while has_more:
            page = self._instance.fetch_run_status_changes(wanted, PAGE, cursor, ascending=True)
            cursor, has_more = page.cursor, page.has_more
            for record in page.records:
                yield RunEnd(record.run_id, _instant(record.timestamp))

    def _checks(self, run: dg.DagsterRun) -> Sequence[CheckResult]:
        partition = run.tags.get(PARTITION_NAME_TAG, "")
        events = self._events(run.run_id, {dg.DagsterEventType.ASSET_CHECK_EVALUATION})
        evaluations = [event.asset_check_evaluation_data for event in events]
        return [result for one in evaluations for result in _check_results(one, partition)]

    def _events(self, run_id: str, kinds: set[dg.DagsterEventType]) -> Iterator[dg.DagsterEvent]:
        cursor, has_more = None, True
        while has_more:
            page = self._instance.get_records_for_run(run_id, cursor, kinds, PAGE)
            cursor, has_more = page.cursor, page.has_more
            for record in page.records:
                if event := record.event_log_entry.dagster_event:
                    yield event


def _check_results(evaluation: dg.AssetCheckEvaluation, partition: str) -> list[CheckResult]:
    """One for each service that could be judged: what could not says nothing about earlier trouble."""
    findings = findings_in(evaluation)
    if findings is None:
        return [] if _cannot_judge(evaluation) else [_check_result(evaluation, partition)]
    return [_service_result(evaluation, partition, one) for one in findings if one.is_judged]


def _service_result(evaluation: dg.AssetCheckEvaluation, partition: str, found: CheckFinding) -> CheckResult:
    return CheckResult(
        asset=evaluation.asset_key.to_user_string(),
        check=evaluation.check_name,
        partition=evaluation.partition or partition,
        passed=found.level < Level.WARNING,
        severity=Severity.ERROR if found.level is Level.ERROR else Severity.WARNING,
        description=found.sentence,
        tracks=found.tracks,
        service=found.service,
        since=found.since,
    )


def _cannot_judge(evaluation: dg.AssetCheckEvaluation) -> bool:
    return evaluation.passed and (evaluation.description or "").startswith(CANNOT_JUDGE)


def _check_result(evaluation: dg.AssetCheckEvaluation, partition: str) -> CheckResult:
    touched = [value.value for name, value in evaluation.metadata.items() if TOUCHED.fullmatch(name)]
    numbers = [number for number in touched if isinstance(number, int)]
    return CheckResult(
        asset=evaluation.asset_key.to_user_string(),
        check=evaluation.check_name,
        partition=evaluation.partition or partition,
        passed=evaluation.passed,
        severity=SEVERITIES[evaluation.severity],
        description=evaluation.description or "",
        tracks=sum(numbers) if numbers else None,
    )


def _partitions(run: dg.DagsterRun) -> str:
    first, last = (run.tags.get(tag) for tag in (ASSET_PARTITION_RANGE_START_TAG, ASSET_PARTITION_RANGE_END_TAG))
    if first and last and first != last:
        return f"{first} to {last}"
    return run.tags.get(PARTITION_NAME_TAG) or first or ""


def _instant(timestamp: float) -> datetime:
    return datetime.fromtimestamp(timestamp, UTC)
