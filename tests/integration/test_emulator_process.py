"""An emulator's process: comes up, says why not, and never outlives whoever started it."""

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import psutil
import pytest

from tests.waiting import PATIENCE_SECONDS, eventually
from viewcount_core.errors import ConfigurationError, ServerUnavailable
from viewcount_core.records import Service
from viewcount_local.emulators.process import running_emulator
from viewcount_local.sample import SAMPLE_CATALOG

PROJECT = Path(__file__).parents[2]
EMULATOR = [sys.executable, "-m", "viewcount_local.emulators", "youtube", "--tracks", str(SAMPLE_CATALOG)]
PARENT = """
import sys, time
from pathlib import Path
from viewcount_core.records import Service
from viewcount_local.emulators.process import running_emulator
with running_emulator(Service.YOUTUBE, Path(sys.argv[1])) as url:
    if len(sys.argv) > 2:
        import os
        if os.fork() == 0:  # a child that keeps the pipe to the emulator open
            os.execvp("sleep", ["sleep", "60"]) if sys.argv[2] == "exec" else time.sleep(60)
    print(url, flush=True)
    time.sleep(60)
"""


def is_up(url: str) -> bool:
    """Whether the emulator answers."""
    try:
        return httpx.get(f"{url}/youtube/v3/videos").status_code == 403
    except httpx.TransportError:
        return False


def test_an_emulator_is_there_inside_the_block_and_gone_after_it() -> None:
    with running_emulator(Service.YOUTUBE, SAMPLE_CATALOG, daily_quota=1) as url:
        assert is_up(url)
        answer = httpx.get(f"{url}/youtube/v3/videos?part=statistics&id=4NRXx6U8ABQ&key=k")
        assert answer.json()["items"][0]["id"] == "4NRXx6U8ABQ"
        assert httpx.get(f"{url}/youtube/v3/videos?part=statistics&id=4NRXx6U8ABQ&key=k").status_code == 403
        (child,) = psutil.Process().children()
    assert not is_up(url)
    assert not child.is_running()


@pytest.mark.parametrize("offspring", [[], ["fork"], ["exec"]])
def test_a_killed_parent_takes_its_emulator_along(offspring: list[str]) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(SAMPLE_CATALOG), *offspring], stdout=subprocess.PIPE, cwd=PROJECT, text=True
    )
    assert parent.stdout
    with parent.stdout:
        url = parent.stdout.readline().strip()
        assert is_up(url)
        children = psutil.Process(parent.pid).children()
        emulator = next(child for child in children if "viewcount_local.emulators" in child.cmdline())
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        eventually(lambda: not emulator.is_running() or emulator.status() == psutil.STATUS_ZOMBIE)
        assert not is_up(url)
        for child in children:
            if child != emulator:
                child.kill()


def test_at_a_terminal_it_runs_until_interrupted() -> None:
    terminal, stdin = pty.openpty()
    try:
        child = subprocess.Popen(EMULATOR, stdin=stdin, stdout=subprocess.PIPE, cwd=PROJECT, text=True)
        assert child.stdout
        with child.stdout:
            url = child.stdout.readline().strip()
            assert is_up(url)
            child.send_signal(signal.SIGINT)
            child.wait(PATIENCE_SECONDS)
    finally:
        os.close(stdin)
        os.close(terminal)


def test_a_fault_nobody_knows_starts_nothing() -> None:
    with (
        pytest.raises(ConfigurationError, match="EMULATOR_FAULTS"),
        running_emulator(Service.YOUTUBE, SAMPLE_CATALOG, faults={"unavialable": 1}),
    ):
        pass


def test_a_start_that_fails_gives_the_childs_last_words(tmp_path: Path) -> None:
    with (
        pytest.raises(ServerUnavailable, match="YouTube emulator does not start: .*nowhere.csv"),
        running_emulator(Service.YOUTUBE, tmp_path / "nowhere.csv"),
    ):
        pass


def test_a_port_in_use_is_said_in_one_line() -> None:
    with running_emulator(Service.YOUTUBE, SAMPLE_CATALOG) as url:
        port = url.rpartition(":")[2]
        again = subprocess.run(
            [*EMULATOR, "--port", port], capture_output=True, text=True, cwd=PROJECT, timeout=30, check=False
        )
    assert again.returncode == 2
    assert again.stderr.count("\n") == 1
    assert "in use" in again.stderr


@pytest.mark.parametrize("rates", ["unavailable", "unavailable=much", "nothing=0.1"])
def test_wrong_rates_are_said_in_one_line(rates: str) -> None:
    ended = subprocess.run(
        [*EMULATOR, "--faults", rates], capture_output=True, text=True, cwd=PROJECT, timeout=30, check=False
    )
    assert ended.returncode == 2
    assert ended.stderr.startswith("EMULATOR_FAULTS: ")
    assert ended.stderr.count("\n") == 1
