"""When the services are asked: several tries a day, each only for what the day still lacks."""

from datetime import date

import dagster as dg

from viewcount_core import clock
from viewcount_core.records import Service
from viewcount_core.settings import Settings, load_settings
from viewcount_pipeline.failures import dagster_failures
from viewcount_pipeline.freshness import build_freshness_schedule
from viewcount_pipeline.jobs import CATALOG_JOB, SERVICE_JOBS, apply_retention
from viewcount_pipeline.observing import lacking_targets, last_minute_of
from viewcount_pipeline.resources import Postgres


def build_schedules() -> list[dg.ScheduleDefinition]:
    """The schedules of the settings in force; raise `ConfigurationError`."""
    settings = load_settings()
    return [
        _catalog_schedule(settings),
        *(_service_schedule(settings, service) for service in Service),
        build_freshness_schedule(settings),
        _retention_schedule(),
    ]


def _catalog_schedule(settings: Settings) -> dg.ScheduleDefinition:
    @dg.schedule(
        name="load_catalog_daily",
        job=CATALOG_JOB,
        cron_schedule=settings.track_catalog_schedule,
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Loads the catalog before the services are asked.",
    )
    def load_catalog_daily(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        return _too_late(context) or _request(context)

    return load_catalog_daily


def _service_schedule(settings: Settings, service: Service) -> dg.ScheduleDefinition:
    @dg.schedule(
        name=f"count_{service.key}_daily",
        job=SERVICE_JOBS[service],
        cron_schedule=settings.crons(service),
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"Asks {service.label} for the tracks that today still lacks a settled reading of.",
    )
    def count_daily(context: dg.ScheduleEvaluationContext, postgres: Postgres) -> dg.RunRequest | dg.SkipReason:
        return _too_late(context) or _nothing_to_ask(postgres, service) or _request(context)

    return count_daily


def _retention_schedule() -> dg.ScheduleDefinition:
    return dg.ScheduleDefinition(
        name="apply_retention_daily",
        job=apply_retention,
        # Early in the day, when no service is being read.
        cron_schedule="20 3 * * *",
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Removes what is older than the retention of its service.",
    )


def _day_of(context: dg.ScheduleEvaluationContext) -> date:
    return context.scheduled_execution_time.date()


def _too_late(context: dg.ScheduleEvaluationContext) -> dg.SkipReason | None:
    """Skip a tick that comes when its day is over, as after a long outage."""
    if clock.utc_now() < last_minute_of(_day_of(context)):
        return None
    return dg.SkipReason(f"{_day_of(context)} is over: services only tell what a count is now")


def _nothing_to_ask(postgres: Postgres, service: Service) -> dg.SkipReason | None:
    with dagster_failures():
        settings = postgres.settings
        if not settings.is_enabled(service):
            return dg.SkipReason(f"{service.label} is disabled")
        if lacking_targets(postgres.database, service, settings.settled_at(service)):
            return None
        return dg.SkipReason("nothing lacks: every active track has a settled reading of today")


def _request(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    tick = context.scheduled_execution_time
    return dg.RunRequest(run_key=tick.strftime("%Y-%m-%dT%H:%M"), partition_key=_day_of(context).isoformat())
