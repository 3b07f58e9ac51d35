"""Servers and browsers killed in the middle of a run: it goes on or says why not, and the next one completes."""

import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from tests.acceptance.catalogs import tracks, write_catalog
from tests.acceptance.installation import Installation, finish, read_until, wait_until
from tests.command_line import Outcome
from viewcount_core.database import DERIVATION_LOCK

pytestmark = [pytest.mark.timeout(900), pytest.mark.slow]

TRACKS = 8
PROGRESS = re.compile(r"(YouTube|Spotify): \d+ of \d+")
WARNING = re.compile(r"\d{4}-\d\d-\d\d [\d:,]+ WARNING |Exception while writing logger call to event log")
SLOW = {"SPOTIFY_TABS": "1", "EMULATOR_LATENCY_MS": "300", "EMULATOR_SCRIPT_DELAY_MS": "500"}
LOG = "select isrc, service_id, observed_at, view_count, status from view_count_observations"


@pytest.fixture
def catalog(tmp_path: Path, numbers: Iterator[int]) -> Path:
    """Tracks no other test of this module has counted."""
    return write_catalog(tmp_path / "tracks.csv", tracks(next(numbers), TRACKS))


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    return iter(range(1000, 90_000, 1000))


def test_whatever_is_lost_for_a_moment_while_asking_costs_the_run_nothing(shared: Installation, catalog: Path):
    run = shared.start("run", "--json", "--catalog", catalog, "--force", **SLOW)
    read_until(run, f"Spotify: [1-3] of {TRACKS}")
    for program in ("/bin/postgres -D", "valkey-server", "chromium-headless-shell"):
        shared.find(program).send_signal(signal.SIGKILL)
    read_until(run, f"Spotify: [4-7] of {TRACKS}")
    stored = stored_by(shared)
    shared.find("chromedriver --").send_signal(signal.SIGKILL)
    outcome = finish(run)
    assert_readable(outcome)
    assert outcome.code == 0, outcome
    assert_completed_by_another_run(shared, catalog, stored)


def test_tracks_that_an_emulator_did_not_live_to_answer_are_asked_by_the_next_run(shared: Installation, catalog: Path):
    run = shared.start("run", "--json", "--catalog", catalog, "--force", **SLOW)
    read_until(run, f"Spotify: [1-4] of {TRACKS}")
    stored = stored_by(shared)
    shared.find("viewcount_local.emulators spotify").send_signal(signal.SIGKILL)
    outcome = finish(run)
    assert_readable(outcome)
    assert outcome.code in (1, 3), outcome
    assert_completed_by_another_run(shared, catalog, stored)


def test_a_database_that_does_not_come_back_ends_the_run_in_one_line(shared: Installation, catalog: Path):
    with stopped_below_the_log(shared, catalog) as run:
        stored = stored_by(shared)
        supervisor = shared.find("viewcount_local.supervisor")
        supervisor.send_signal(signal.SIGSTOP)
        shared.find("/bin/postgres -D").send_signal(signal.SIGKILL)
        outcome = finish(run)
        supervisor.send_signal(signal.SIGCONT)
    assert_readable(outcome)
    assert outcome.code == 3, outcome
    assert outcome.err.splitlines()[-1].startswith("viewcount: ")
    assert "running again completes" in outcome.err.splitlines()[-1]
    assert_completed_by_another_run(shared, catalog, stored)


@contextmanager
def stopped_below_the_log(installation: Installation, catalog: Path) -> Iterator[subprocess.Popen[str]]:
    """A run that has YouTube's answers and waits, while the block runs, to write what follows from them."""
    run = installation.start("run", "--json", "--catalog", catalog, "--force", EMULATOR_LATENCY_MS="1500")
    read_until(run, f"YouTube: 0 of {TRACKS}")
    with suppress(psycopg.OperationalError), installation.connection() as session:
        session.execute(f"select pg_advisory_lock({DERIVATION_LOCK})")
        assert wait_until(lambda: waits_below_the_log(installation)), finish(run)
        yield run


def assert_readable(outcome: Outcome) -> None:
    """It completed, or it ended with 3 and one line that says why; no line is part of a longer text."""
    assert outcome.code in (0, 1, 3), outcome
    told = [line for line in outcome.err.splitlines() if line and not PROGRESS.match(line) and not WARNING.match(line)]
    if outcome.code == 3:
        assert told, outcome
    assert all(line.startswith("viewcount: ") for line in told), outcome.err


def assert_completed_by_another_run(installation: Installation, catalog: Path, stored: set[tuple]) -> None:
    """Nothing that was stored is lost, nothing is counted twice, nothing lacks, nobody is left."""
    last = installation.run("run", "--json", "--catalog", catalog, "--force")
    assert last.code == 0, last
    assert stored <= stored_by(installation)
    isrcs = "','".join(line.split(",")[0] for line in catalog.read_text().splitlines()[1:])
    readings = installation.rows(
        "select isrc, service_id, count(*) from view_count_observations "
        f"where status = 'ok' and isrc in ('{isrcs}') group by 1, 2"
    )
    assert len(readings) == 2 * TRACKS
    assert {count for *_, count in readings} == {1}
    assert installation.rows(f"select count(*) from historical_view_counts where isrc in ('{isrcs}')") == [
        (2 * TRACKS,)
    ]
    assert installation.await_none() == []
    assert installation.leftovers() == []


def stored_by(installation: Installation) -> set[tuple]:
    return set(installation.rows(LOG))


def waits_below_the_log(installation: Installation) -> bool:
    return installation.rows(f"select * from pg_locks where objid = {DERIVATION_LOCK} and not granted") != []
