"""Looks for trouble: every run that ended since the last look, and the state of things now.

What was looked at and what was found are written in one transaction: a process killed before its end has found nothing,
and the next look finds it all.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from viewcount_core import clock
from viewcount_core.database import Database, Transaction
from viewcount_core.records import Service
from viewcount_core.settings import Settings
from viewcount_pipeline.alerts.conditions import find_conditions
from viewcount_pipeline.alerts.digest import write_digest
from viewcount_pipeline.alerts.incidents import found_in, known_failures, open_incidents
from viewcount_pipeline.alerts.judgement import judge_run, judge_state
from viewcount_pipeline.alerts.outbox import address, know_channels
from viewcount_pipeline.alerts.scribe import Scribe
from viewcount_pipeline.alerts.troubles import FinishedRun, Kind
from viewcount_pipeline.alerts.wording import Place

logger = logging.getLogger(__name__)

# The rest waits for the next look.
MOST_RUNS = 50


@dataclass(frozen=True, slots=True)
class RunEnd:
    """That a run ended, and when."""

    run_id: str
    ended_at: datetime


class Runs(Protocol):
    """Where runs are recorded."""

    def ends_since(self, since: datetime) -> Sequence[RunEnd]:
        """Ends of runs from that instant on."""

    def read(self, end: RunEnd) -> FinishedRun | None:
        """All about one of them; None when its record is gone."""

    def was_tried(self, service: Service, day: date, since: datetime) -> bool:
        """Whether a run of this service's job for this day has begun since an instant."""

    def first_try(self, service: Service) -> datetime | None:
        """When the first run of this service's job began that is still recorded."""


def collect(database: Database, settings: Settings, runs: Runs, *, has_daemon: bool = True) -> int:
    """Look once; return how many runs were looked at. Does nothing while another process looks.

    Without Dagster's daemon no schedule is in force, so none is missed. Raise `ServerUnavailable`.
    """
    with database.transaction() as tx:
        if not tx.row("pipeline/lock_alerts")["locked"]:
            return 0
        now = clock.utc_now()
        know_channels(tx, settings.alert_urls, now)
        ends = _unseen(tx, runs, now)
        for end in ends:
            _look_at_run(tx, settings, runs, end, now)
        _look_at_state(tx, settings, now, runs, has_daemon=has_daemon)
        write_digest(tx, settings, now)
        # Whatever becomes of ALERT_URLS before they are delivered, it is known who has to be told of these messages.
        address(tx, settings.alert_urls, now)
    if ends:
        logger.info("runs_looked_at runs=%d", len(ends))
    return len(ends)


def _unseen(tx: Transaction, runs: Runs, now: datetime) -> list[RunEnd]:
    since = tx.row("pipeline/alert_horizon", now=now)["since"]
    rows = tx.rows("pipeline/unseen_runs", most=MOST_RUNS, **_arrays(runs.ends_since(since)))
    ends = [RunEnd(**row) for row in rows]
    tx.run("pipeline/insert_alert_seen_runs", **_arrays(ends))
    return ends


def _arrays(ends: Sequence[RunEnd]) -> dict[str, list[object]]:
    return {"run_ids": [end.run_id for end in ends], "ended_ats": [end.ended_at for end in ends]}


def _look_at_run(tx: Transaction, settings: Settings, runs: Runs, end: RunEnd, now: datetime) -> None:
    run = runs.read(end)
    if run is None:
        return
    known = known_failures(tx, {result.subject for result in run.checks})
    judgement = judge_run(run, _tracks_of(tx, run), open_incidents(tx), known, found_in(tx, run.run_id))
    _scribe(tx, settings, now, run.ended_at, run.run_id).write(judgement)


def _look_at_state(tx: Transaction, settings: Settings, now: datetime, runs: Runs, *, has_daemon: bool) -> None:
    troubles = find_conditions(tx, settings, now, runs.first_try, runs.was_tried if has_daemon else None)
    incidents = open_incidents(tx)
    if not has_daemon:
        incidents = {key: one for key, one in incidents.items() if one.kind != Kind.MISSED_SCHEDULE}
    _scribe(tx, settings, now, now, None).write(judge_state(troubles, incidents, now))


def _tracks_of(tx: Transaction, run: FinishedRun) -> int | None:
    """How many tracks a failed run is about: those of its service."""
    service = next((service for service in Service if run.job == f"count_{service.key}"), None)
    if service is None or run.succeeded is not False:
        return None
    return int(tx.row("pipeline/active_tracks_by_service")[service.key])


def _scribe(tx: Transaction, settings: Settings, now: datetime, seen_at: datetime, run_id: str | None) -> Scribe:
    return Scribe(tx, Place.of(settings), now, seen_at, run_id)
