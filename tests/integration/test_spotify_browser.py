"""The life of a browser: killed, frozen, old, behind a proxy, on a grid; replaced at once, and never left behind."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from tests.spotify_fixtures import ChosenFaults, observe, source, spotify, targets_of, track, track_id, true_count
from viewcount_core import clock
from viewcount_core.records import Observation, Status
from viewcount_pipeline.scratch import owned_folder

ROOT = Path(__file__).parents[2]
TRACKS = [track(f"song{number}", isrc_number=number) for number in range(24)]
TARGETS = targets_of(TRACKS)
RUN = """
import sys
from datetime import timedelta
from pathlib import Path
from tests.spotify_fixtures import source, targets_of, track
from viewcount_core import clock

tracks = [track(f"song{number}", isrc_number=number) for number in range(200)]
for batch in source(sys.argv[1], Path(sys.argv[2])).observe(targets_of(tracks), clock.utc_now() + timedelta(hours=1)):
    for observation in batch:
        print(observation.isrc, observation.view_count, flush=True)
"""


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def browser_processes(scratch: Path) -> list[psutil.Process]:
    """All living processes of drivers that keep their files in `scratch`, by their process group."""
    groups = set()
    for process in psutil.process_iter():
        try:
            if Path(process.environ().get("TMPDIR", "")).resolve().is_relative_to(scratch):
                groups.add(os.getpgid(process.pid))
        except (psutil.Error, ProcessLookupError):
            continue
    return [process for process in psutil.process_iter() if group_of(process) in groups and is_alive(process)]


def group_of(process: psutil.Process) -> int | None:
    try:
        return os.getpgid(process.pid)
    except ProcessLookupError:
        return None


def named(processes: list[psutil.Process], part: str) -> list[psutil.Process]:
    return [process for process in processes if part in process.name()]


def wait_until_gone(processes: list[psutil.Process], seconds: float = 20) -> list[psutil.Process]:
    end = time.monotonic() + seconds
    while (left := [process for process in processes if is_alive(process)]) and time.monotonic() < end:
        time.sleep(0.05)
    return left


def assert_all_answered(observations: list[Observation]) -> None:
    assert Counter(found.isrc for found in observations) == Counter(target.isrc for target in TARGETS)
    assert {(found.status, found.view_count) for found in observations} == {
        (Status.OK, true_count(found.source_id or "")) for found in observations
    }


def kill_driver(processes: list[psutil.Process]) -> None:
    for process in named(processes, "chromedriver"):
        process.kill()


def kill_browser(processes: list[psutil.Process]) -> None:
    for process in main_processes(processes):
        process.kill()


def freeze_browser(processes: list[psutil.Process]) -> None:
    for process in main_processes(processes):
        process.suspend()


def main_processes(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Browsers without their helpers, their driver and its guard."""
    browsers = [process for process in processes if "--remote-debugging-pipe" in process.cmdline()]
    return [process for process in browsers if not any(part.startswith("--type=") for part in process.cmdline())]


@pytest.mark.parametrize("strike", [kill_driver, kill_browser, freeze_browser])
def test_a_browser_that_dies_or_hangs_is_replaced_and_its_pages_are_read_again(
    tmp_path: Path, strike: Callable[[list[psutil.Process]], None]
) -> None:
    with spotify(TRACKS) as (url, _):
        reader = source(url, tmp_path, command_seconds=4.0)
        batches = reader.observe(TARGETS, clock.utc_now() + timedelta(minutes=2))
        found = next(batches)
        struck = browser_processes(tmp_path)
        strike(struck)
        found += [observation for batch in batches for observation in batch]
    assert_all_answered(found)
    assert reader.stopped_by is None
    assert wait_until_gone(struck) == []
    assert browser_processes(tmp_path) == []


def test_a_page_that_always_takes_its_tab_with_it_is_an_error_and_stops_nobody(tmp_path: Path) -> None:
    with spotify(TRACKS, ChosenFaults({"crash": [track_id("song3")]})) as (url, requests):
        found = observe(source(url, tmp_path), TARGETS)
    lost = [observation for observation in found if observation.status is not Status.OK]
    assert [(o.source_id, o.status, o.reason) for o in lost] == [
        (track_id("song3"), Status.ERROR, "the page crashes its tab")
    ]
    assert len(found) == len(TARGETS)
    assert requests.paths.count(f"/track/{track_id('song3')}") == 3


def test_browsers_are_replaced_by_age_and_take_proxies_in_turn(tmp_path: Path) -> None:
    with spotify(TRACKS) as (first, seen_by_first), spotify(TRACKS) as (second, seen_by_second):
        reader = source("http://localhost:4321", tmp_path, proxies=[first, second], pages_per_browser=12)
        found = observe(reader, TARGETS)
    assert_all_answered(found)
    assert (len(seen_by_first.paths), len(seen_by_second.paths)) == (12, 12)
    assert {headers["host"] for _, headers in seen_by_first.seen + seen_by_second.seen} == {"localhost:4321"}


def test_leaving_in_the_middle_leaves_no_process_and_no_file(tmp_path: Path) -> None:
    with spotify(TRACKS) as (url, _):
        batches = source(url, tmp_path).observe(TARGETS, clock.utc_now() + timedelta(minutes=2))
        next(batches)
        processes = browser_processes(tmp_path)
        batches.close()  # type: ignore[attr-defined]
    assert processes
    assert wait_until_gone(processes) == []
    assert [path.name for path in tmp_path.iterdir()] == ["scratch.lock"]


def test_a_browser_outlives_the_thread_that_started_it(tmp_path: Path) -> None:
    with spotify(TRACKS) as (url, requests):
        batches = source(url, tmp_path).observe(TARGETS, clock.utc_now() + timedelta(minutes=2))
        found: list[Observation] = []
        starter = threading.Thread(target=lambda: found.extend(next(batches)))
        starter.start()
        starter.join()
        found += [observation for batch in batches for observation in batch]
    assert_all_answered(found)
    assert len(requests.paths) == len(TRACKS)


@contextmanager
def run_elsewhere(url: str, scratch: Path) -> Iterator[subprocess.Popen[str]]:
    """A run in a process of its own, whose observations are lines of its output."""
    child = subprocess.Popen(
        [sys.executable, "-c", RUN, url, str(scratch)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        yield child
    finally:
        child.kill()
        child.communicate()
        with owned_folder(scratch):
            pass  # takes away what a killed run leaves


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_process_outlives_a_run_that_is_ended_by_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    tracks = [track(f"song{number}", isrc_number=number) for number in range(200)]
    with spotify(tracks, latency_ms=50) as (url, _), run_elsewhere(url, tmp_path) as run:
        assert run.stdout
        lines = [run.stdout.readline() for _ in range(3)]
        processes = browser_processes(tmp_path)
        assert len(named(processes, "chrom")) > 2
        run.send_signal(number)
        lines += run.stdout.readlines()
        run.wait(20)
        assert wait_until_gone(processes) == []
    isrcs = [line.split()[0] for line in lines]
    assert 3 <= len(isrcs) == len(set(isrcs)) < 200


def test_a_frozen_browser_is_gone_with_its_killed_run_and_its_files_at_the_next_start(tmp_path: Path) -> None:
    with spotify(TRACKS, latency_ms=50) as (url, _), run_elsewhere(url, tmp_path) as run:
        assert run.stdout
        run.stdout.readline()
        processes = browser_processes(tmp_path)
        freeze_browser(processes)
        run.kill()
        left = list(tmp_path.glob("run-*/browser-*"))
        assert wait_until_gone(processes) == []
        assert left
        assert all(path.exists() for path in left)
        observe(source(url, tmp_path), TARGETS[:1])
    assert not any(path.exists() for path in left)
    assert [path.name for path in tmp_path.iterdir()] == ["scratch.lock"]


def test_folders_of_a_run_under_way_are_left_alone(tmp_path: Path) -> None:
    with owned_folder(tmp_path) as mine, owned_folder(tmp_path) as other:
        (mine / "file").touch()
        assert mine != other
        assert (mine / "file").exists()


@pytest.fixture
def grid() -> Iterator[str]:
    """A WebDriver server on this machine that is not ours to start browsers with."""
    driver = shutil.which("chromedriver")
    if driver is None:
        pytest.skip("no chromedriver is installed")
    child = subprocess.Popen([driver, "--port=0"], stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        assert child.stdout
        line = next(line for line in child.stdout if "successfully on port" in line)
        yield f"http://127.0.0.1:{line.split()[-1].rstrip('.')}"
    finally:
        os.killpg(child.pid, signal.SIGKILL)
        child.communicate()


def test_the_same_pages_are_read_by_a_browser_elsewhere(tmp_path: Path, grid: str) -> None:
    with spotify(TRACKS) as (url, requests):
        reader = source(url, tmp_path, remote_url=grid, binary=Path("/nowhere"))
        assert_all_answered(observe(reader, TARGETS))
    assert {path.split("/")[1] for path in requests.paths} == {"track"}
