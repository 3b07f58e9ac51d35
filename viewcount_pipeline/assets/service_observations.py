"""What the observations of both services have in common: today only, in batches, and a word on how it went."""

import dagster as dg

from viewcount_core.errors import SourceError, SourceUnavailable
from viewcount_core.records import Service, Status
from viewcount_pipeline.derived import OWNERS, AssetDecorator, table_metadata
from viewcount_pipeline.failures import dagster_failures
from viewcount_pipeline.observing import Outcome, lacking_targets, observe_today
from viewcount_pipeline.partitions import DAILY, only_today
from viewcount_pipeline.pictures import bars
from viewcount_pipeline.quota import DatabaseLedger
from viewcount_pipeline.resources import Postgres
from viewcount_pipeline.service_access import open_source

ALL_ASKED = "all_asked"
# Fewer may have failed each for a reason of its own.
SILENT_TRACKS = 5


def observations_asset(service: Service, kinds: set[str]) -> AssetDecorator:
    """Decorator for the asset with the observations of one service."""
    name = f"{service.key}_observations"
    return dg.asset(
        name=name,
        deps=["track_catalog"],
        partitions_def=DAILY,
        backfill_policy=dg.BackfillPolicy.single_run(),
        pool=name,
        group_name="observations",
        kinds=kinds | {"postgres"},
        owners=OWNERS,
        metadata=table_metadata("view_count_observations"),
        check_specs=[
            dg.AssetCheckSpec(
                ALL_ASKED,
                asset=name,
                description="Every track the day lacked was asked for; none was left for later.",
                partitions_def=DAILY,
            )
        ],
    )


def observe(context: dg.AssetExecutionContext, postgres: Postgres, service: Service) -> dg.MaterializeResult:
    """Ask for what today lacks; fail when the service gave no answer at all."""
    with dagster_failures():
        today = only_today(context)
        settings, database = postgres.settings, postgres.database
        if not settings.is_enabled(service):
            return _result(Outcome(), f"{service.label} is disabled")
        targets = lacking_targets(database, service, settings.settled_at(service))
        if not targets:
            return _result(Outcome(), "nothing lacked")
        ledger = DatabaseLedger(database, service, today, settings.youtube_daily_quota)
        with open_source(service, settings, database, ledger) as source:
            outcome = observe_today(database, service, source, targets, context.run.run_id)
        refuse_silence(service, outcome)
    return _result(outcome, f"{outcome.asked} tracks asked", ledger.units_spent)


def refuse_silence(service: Service, outcome: Outcome) -> None:
    """Raise `SourceError` when nobody was answered for: the service is down or shut, whatever each question met."""
    if any(status.is_answer for status in outcome.statuses):
        return
    if outcome.stopped_by:
        raise outcome.stopped_by
    if outcome.asked >= SILENT_TRACKS:
        raise SourceUnavailable(service, f"none of {outcome.asked} tracks was answered for; the log has the reasons")


def _result(outcome: Outcome, state: str, units: int = 0) -> dg.MaterializeResult:
    rows = [{"status": status.value, "tracks": tracks} for status, tracks in outcome.statuses.most_common()]
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": outcome.statuses.total(),
            "state": state,
            "asked": outcome.asked,
            "units": units,
            "statuses": bars(rows, "tracks", state),
        },
        check_results=[_all_asked(outcome)],
    )


def _all_asked(outcome: Outcome) -> dg.AssetCheckResult:
    deferred = outcome.statuses[Status.DEFERRED]
    reason = str(outcome.stopped_by) if outcome.stopped_by else "the day's last minute had come"
    return dg.AssetCheckResult(
        check_name=ALL_ASKED,
        passed=not deferred,
        severity=_severity(outcome.stopped_by),
        description=f"{deferred} tracks wait for the next try: {reason}" if deferred else "nothing was left for later",
        metadata={"deferred": deferred},
    )


def _severity(stopped_by: SourceError | None) -> dg.AssetCheckSeverity:
    return dg.AssetCheckSeverity.ERROR if stopped_by else dg.AssetCheckSeverity.WARN
