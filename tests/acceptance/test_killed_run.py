"""A run that is killed at any stage: what it stored is kept, nothing is counted twice, nothing of it is left."""

import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.acceptance.catalogs import tracks, write_catalog
from tests.acceptance.installation import Installation, read_until, summary, wait_until
from viewcount_core.database import DERIVATION_LOCK

pytestmark = [pytest.mark.timeout(900), pytest.mark.slow]

# Three calls of 50 to YouTube, a dozen pages of Spotify: each slow enough to be killed between two answers.
VIDEOS, PAGES = 108, 12
KILLED = 3
SLOW = {
    "YOUTUBE_CONCURRENCY": "1",
    "SPOTIFY_TABS": "1",
    "EMULATOR_LATENCY_MS": "1000",
    "EMULATOR_SCRIPT_DELAY_MS": "500",
}
LOG = "select isrc, service_id, observed_at, view_count, status, origin, run_id::text from view_count_observations"
READINGS = """
select isrc, service_id, observed_at::date, count(*)
from view_count_observations where status = 'ok' group by 1, 2, 3
"""


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    return write_catalog(tmp_path / "tracks.csv", [*tracks(1, PAGES), *tracks(1001, VIDEOS, spotify=False)])


def test_a_run_killed_at_every_stage_loses_nothing_and_counts_nothing_twice(installation: Installation, catalog: Path):
    run = start(installation, catalog, "YouTube: 50 of 120")
    kept = killed(installation, run, set())
    assert installation.await_none() == []

    run = start(installation, catalog, "YouTube: 0 of 70")
    with installation.connection() as session:
        session.execute(f"select pg_advisory_lock({DERIVATION_LOCK})")
        assert wait_until(lambda: _waits_below_the_log(installation)), run.poll()
        kept = killed(installation, run, kept)
    assert installation.await_none() == []

    run = start(installation, catalog, "Spotify: [2-7] of 12")
    kept = killed(installation, run, kept)
    assert installation.await_none() == []

    last = installation.run("run", "--json")
    assert last.code == 0, last.err
    told = summary(last)
    assert told["snapshots"] == VIDEOS + 2 * PAGES
    assert [service["deferred"] for service in told["services"].values()] == [0, 0]
    assert kept <= set(installation.rows(LOG))
    readings = installation.rows(READINGS)
    assert len(readings) == VIDEOS + 2 * PAGES
    assert {count for *_, count in readings} == {1}
    assert len(installation.history()) == VIDEOS + 2 * PAGES
    runs = Counter(status for (status,) in installation.rows("select status from runs", "dagster_demo"))
    assert runs.keys() == {"FAILURE", "SUCCESS"}
    assert runs["FAILURE"] == KILLED
    assert installation.rows("select * from concurrency_slots where run_id is not null", "dagster_demo") == []
    assert installation.await_none() == []
    assert installation.leftovers() == []


def start(installation: Installation, catalog: Path, said: str) -> subprocess.Popen[str]:
    """A slow run that has come as far as saying this."""
    run = installation.start("run", "--json", "--catalog", catalog, **SLOW)
    read_until(run, said)
    return run


def killed(installation: Installation, run: subprocess.Popen[str], kept: set[tuple]) -> set[tuple]:
    """Kill the run; return what is stored, which is all that was stored before and more."""
    run.kill()
    run.communicate()
    stored = set(installation.rows(LOG))
    assert kept < stored
    return stored


def _waits_below_the_log(installation: Installation) -> bool:
    return installation.rows(f"select * from pg_locks where objid = {DERIVATION_LOCK} and not granted") != []
