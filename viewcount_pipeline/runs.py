"""Carries jobs out in this process, recorded in Dagster's instance like those of the daemon."""

import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import dagster as dg
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    REPOSITORY_LABEL_TAG,
)

from viewcount_core import clock
from viewcount_core.database import Database
from viewcount_core.errors import InputError, ViewcountError
from viewcount_core.migrations import check_schema
from viewcount_core.records import Service
from viewcount_core.servers import dagster_database_url, open_database
from viewcount_core.settings import Settings
from viewcount_pipeline.failures import failure_of, was_interrupted
from viewcount_pipeline.jobs import CATALOG_JOB, REBUILD_JOB, SERVICE_JOBS
from viewcount_pipeline.living_runs import COMMAND_TAG, RunLease, end_dead_runs
from viewcount_pipeline.partitions import DAILY
from viewcount_pipeline.progress import Watcher, watched_by
from viewcount_pipeline.storage import storage_errors
from viewcount_pipeline.summary import DaySummary, ServiceSummary, summarize_day, summarize_service
from viewcount_pipeline.track_store import has_tracks

CODE_LOCATION = "viewcount"


@dataclass(frozen=True, slots=True)
class RebuildSummary:
    """What a rebuild did; `rebuilt_to` is the last day it changed or looked at."""

    first: date
    last: date
    rebuilt_to: date
    days: int
    rows_changed: int
    run_id: str


@dataclass(frozen=True, slots=True)
class _Finished:
    run_id: str
    seconds: float
    error: ViewcountError | None
    result: dg.ExecuteInProcessResult


class Workshop:
    """What a command needs to run jobs: the open instance and database, and the jobs themselves.

    Use `open_workshop`.
    """

    def __init__(self, settings: Settings, instance: dg.DagsterInstance, database: Database, command: str) -> None:
        from viewcount_pipeline.definitions import defs

        self.settings = settings
        self.database = database
        self._instance = instance
        self._command = command
        self._defs = defs

    def run(
        self, job: str, tags: Mapping[str, str] | None = None, config: Mapping[str, Any] | None = None, **options: Any
    ) -> _Finished:
        """Carry out one job; its own failure is part of the result, the loss of a server is raised.

        Raise `KeyboardInterrupt` when the run was interrupted: what it stored is kept.
        """
        run_id = str(uuid.uuid4())
        lease = RunLease(self.database, run_id)
        started = time.monotonic()
        try:
            with storage_errors(dagster_database_url(self.settings)):
                result = self._defs.resolve_job_def(job).execute_in_process(
                    instance=self._instance,
                    run_id=run_id,
                    run_config={**_QUIET, **(config or {})},
                    raise_on_error=False,
                    tags={COMMAND_TAG: self._command, **_SHOWN_IN_UI, **(tags or {})},
                    **options,
                )
        finally:
            lease.release()
        if was_interrupted(result):
            raise KeyboardInterrupt
        return _Finished(run_id, time.monotonic() - started, failure_of(result), result)


_SHOWN_IN_UI = {REPOSITORY_LABEL_TAG: f"__repository__@{CODE_LOCATION}"}
# The events are in the instance; on a command's stderr they would bury its own words.
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@contextmanager
def open_workshop(settings: Settings, command: str) -> Iterator[Workshop]:
    """Open everything, after marking runs as failed whose process died. Raise the errors of servers and schema."""
    database = open_database(settings)
    try:
        check_schema(database, settings.world)
        with storage_errors(dagster_database_url(settings)), dg.DagsterInstance.get() as instance:
            end_dead_runs(instance, database)
            yield Workshop(settings, instance, database, command)
    finally:
        database.close()


def run_today(settings: Settings, *, catalog: str | None, forced: bool, watcher: Watcher) -> DaySummary:
    """Load the catalog, ask every enabled service for what today lacks, publish.

    A service that fails is part of the summary and does not stop the other. Raise `InputError` for a catalog that
    cannot be used, `ServerUnavailable` for the loss of a server.
    """
    today = clock.utc_now().date()
    started = time.monotonic()
    with open_workshop(settings, "run") as workshop, watched_by(watcher):
        load_catalog(workshop, today, catalog, forced=forced)
        services = {service.key: _count(workshop, service, today) for service in Service}
        return summarize_day(workshop.database, settings, today, time.monotonic() - started, services)


def load_catalog(workshop: Workshop, today: date, named: str | None, *, forced: bool) -> None:
    """Load the catalog named, else the one of the settings. Raise the error it was refused with."""
    config = {"ops": {"track_catalog": {"config": {"location": named, "forced": forced}}}}
    finished = workshop.run(CATALOG_JOB.name, config=config, partition_key=today.isoformat())
    if finished.error:
        raise finished.error


def ensure_catalog(settings: Settings) -> None:
    """Load the catalog of the settings unless there are tracks already."""
    with open_workshop(settings, "up") as workshop:
        if not has_tracks(workshop.database):
            load_catalog(workshop, clock.utc_now().date(), None, forced=False)


def rebuild(settings: Settings, first: date, last: date) -> RebuildSummary:
    """Work out all numbers of these days anew from the log, in one run, and what follows from them later.

    Raise `InputError` for days outside the partitions, and the error the run failed with.
    """
    _refuse_days(settings, first, last)
    tags = {ASSET_PARTITION_RANGE_START_TAG: first.isoformat(), ASSET_PARTITION_RANGE_END_TAG: last.isoformat()}
    with open_workshop(settings, "rebuild") as workshop:
        finished = workshop.run(REBUILD_JOB.name, tags=tags)
    if finished.error:
        raise finished.error
    return _rebuilt(finished, first, last)


def _count(workshop: Workshop, service: Service, today: date) -> ServiceSummary:
    if not workshop.settings.is_enabled(service):
        return ServiceSummary(enabled=False)
    finished = workshop.run(SERVICE_JOBS[service].name, partition_key=today.isoformat())
    units = sum(_numbers(finished.result, "units"))
    return summarize_service(
        workshop.database, service, today, finished.run_id, units=units, seconds=finished.seconds, error=finished.error
    )


def _refuse_days(settings: Settings, first: date, last: date) -> None:
    today = clock.utc_now().date()
    if first > last:
        raise InputError(f"{first} is after {last}: --from has to be the earlier day")
    if first < settings.first_date or last > today:
        raise InputError(f"{first} to {last}: days go from {settings.first_date} (VIEWCOUNT_FIRST_DATE) to {today}")
    if not DAILY.has_partition_key(first.isoformat()):
        raise InputError(f"{first}: is not a partition")


def _rebuilt(finished: _Finished, first: date, last: date) -> RebuildSummary:
    followed = [date.fromisoformat(str(value)) for value in _values(finished.result, "rebuilt_to")]
    changed = sum(_numbers(finished.result, "rows_changed")) + sum(_numbers(finished.result, "later_rows_corrected"))
    return RebuildSummary(first, last, max([last, *followed]), (last - first).days + 1, changed, finished.run_id)


def _numbers(result: dg.ExecuteInProcessResult, name: str) -> list[int]:
    return [int(str(value)) for value in _values(result, name)]


def _values(result: dg.ExecuteInProcessResult, name: str) -> list[Any]:
    """What the run's materializations say under `name`."""
    events = result.get_asset_materialization_events()
    return [event.materialization.metadata[name].value for event in events if name in event.materialization.metadata]
