"""A run whose process was killed is told from one that is under way, and gives back what it held."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from viewcount_core.database import Database
from viewcount_pipeline.living_runs import COMMAND_TAG, RunLease, end_dead_runs

HOLDER = """
import sys
from viewcount_core.database import Database, parse_url
from viewcount_pipeline.living_runs import RunLease
lease = RunLease(Database(parse_url(sys.argv[1])), sys.argv[2])
print("held", flush=True)
sys.stdin.read()
"""
POOL = "below_the_log"


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as local:
        local.event_log_storage.set_concurrency_slots(POOL, 1)
        yield local


@dg.job
def nothing() -> None:
    """A job to make runs of."""


def started_run(instance: dg.DagsterInstance, tags: dict[str, str]) -> dg.DagsterRun:
    run = instance.create_run_for_job(nothing, tags=tags)
    instance.report_dagster_event(
        dg.DagsterEvent(dg.DagsterEventType.RUN_START.value, nothing.name, message="started"), run.run_id
    )
    instance.event_log_storage.claim_concurrency_slot(POOL, run.run_id, "some_step")
    return run


def status_of(instance: dg.DagsterInstance, run: dg.DagsterRun) -> dg.DagsterRunStatus:
    found = instance.get_run_by_id(run.run_id)
    assert found
    return found.status


def test_a_run_whose_process_lives_is_left_alone(instance: dg.DagsterInstance, database: Database):
    run = started_run(instance, {COMMAND_TAG: "run"})
    lease = RunLease(database, run.run_id)
    assert end_dead_runs(instance, database) == []
    assert status_of(instance, run) is dg.DagsterRunStatus.STARTED
    lease.release()


def test_a_run_whose_process_was_killed_fails_and_frees_its_slot(instance: dg.DagsterInstance, database: Database):
    run = started_run(instance, {COMMAND_TAG: "run"})
    url = database.url.render_as_string(hide_password=False)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, url, run.run_id], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout.readline() == b"held\n"
        assert end_dead_runs(instance, database) == []
        os.kill(holder.pid, signal.SIGKILL)
    assert end_dead_runs(instance, database) == [run.run_id]
    assert status_of(instance, run) is dg.DagsterRunStatus.FAILURE
    assert instance.event_log_storage.get_concurrency_info(POOL).active_slot_count == 0


def test_a_run_the_daemon_has_just_started_may_not_have_come_to_its_lock(
    instance: dg.DagsterInstance, database: Database
):
    started_run(instance, {})
    assert end_dead_runs(instance, database) == []
