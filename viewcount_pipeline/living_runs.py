"""Tells runs that are under way from those whose process died and left them looking so.

A process holds a lock in PostgreSQL, under the run's name, as long as it lives: the server takes it back however the
process ends, on whichever machine it was.
"""

from datetime import timedelta

import dagster as dg
from sqlalchemy import Connection

from viewcount_core import clock
from viewcount_core.database import Database, server_errors
from viewcount_core.queries import load_query

# A run the daemon has just started may not have come to its lock yet.
STARTING_TIME = timedelta(seconds=90)
UNDER_WAY = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
COMMAND_TAG = "viewcount/command"


class RunLease:
    """Held by the process that carries out a run."""

    def __init__(self, database: Database, run_id: str) -> None:
        self._connection = _connect(database)
        self._connection.exec_driver_sql(load_query("pipeline/hold_run"), {"run_id": run_id})

    def release(self) -> None:
        """Give the lock back; also happens when the process ends."""
        self._connection.invalidate()
        self._connection.close()


def end_dead_runs(instance: dg.DagsterInstance, database: Database) -> list[str]:
    """Mark runs whose process is gone as failed and free the pool slots they held; return their ids."""
    dead = [
        record.dagster_run
        for record in instance.get_run_records(dg.RunsFilter(statuses=UNDER_WAY))
        if _may_be_judged(record) and not _is_alive(database, record.dagster_run.run_id)
    ]
    for run in dead:
        instance.report_run_failed(run, message="The process of this run is gone. Running again completes its day.")
        instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
    return [run.run_id for run in dead]


def _may_be_judged(record: dg.RunRecord) -> bool:
    return COMMAND_TAG in record.dagster_run.tags or record.create_timestamp < clock.utc_now() - STARTING_TIME


def _is_alive(database: Database, run_id: str) -> bool:
    with database.transaction() as tx:
        return bool(tx.row("pipeline/is_run_held", run_id=run_id)["held"])


def _connect(database: Database) -> Connection:
    with server_errors(database.url):
        return database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
