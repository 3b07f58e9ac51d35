"""`viewcount up` as its user sees it: two addresses that answer, and nothing left however it ends."""

import os
import signal
import tempfile
import time
from pathlib import Path

import httpx
import psutil
import pytest

from tests.command_line import PROJECT, start_process
from tests.ports import free_port

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(not (PROJECT / "workspace.yaml").exists(), reason="there is no workspace.yaml to load"),
]

GONE_SECONDS = 60


def processes_of(home):
    """Every process that works for this home, whoever its parent is now."""
    found = []
    for process in psutil.process_iter():
        try:
            mine = process.environ().get("VIEWCOUNT_HOME") == str(home) or str(home) in " ".join(process.cmdline())
            if mine and process.pid != os.getpid() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def await_none(home):
    deadline = time.monotonic() + GONE_SECONDS
    while processes_of(home) and time.monotonic() < deadline:
        time.sleep(0.1)
    return [" ".join(process.cmdline()) for process in processes_of(home)]


@pytest.fixture
def home():
    with tempfile.TemporaryDirectory(prefix="viewcount-up-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / ".viewcount"


@pytest.fixture
def up(home):
    api, dagster = free_port(), free_port()
    process = start_process(
        "up", VIEWCOUNT_HOME=str(home), VIEWCOUNT_API_PORT=str(api), VIEWCOUNT_DAGSTER_PORT=str(dagster)
    )
    expected = [
        f"Dagster UI  http://127.0.0.1:{dagster}",
        f"Page        http://127.0.0.1:{api}/",
        f"GraphQL     http://127.0.0.1:{api}/graphql",
    ]
    shown = [process.stdout.readline().rstrip() for _ in expected]
    assert shown == expected, process.stderr.read()
    yield process
    process.kill()
    process.communicate()
    assert await_none(home) == []


def child(up, name):
    return next(one for one in psutil.Process(up.pid).children() if name in " ".join(one.cmdline()))


def test_both_addresses_answer_and_ctrl_c_stops_all_it_started(up, home):
    web = child(up, "dagster_webserver").cmdline()
    port = web[web.index("-p") + 1]
    version = httpx.post(f"http://127.0.0.1:{port}/graphql", json={"query": "{ version }"}, timeout=30)
    assert version.json()["data"]["version"]
    assert (home / "dagster" / "dagster.yaml").read_bytes() == (PROJECT / "dagster.yaml").read_bytes()
    up.send_signal(signal.SIGINT)
    _, err = up.communicate(timeout=GONE_SECONDS)
    assert up.returncode == 0
    assert err.endswith("stopped\n")
    assert await_none(home) == []


def test_a_killed_up_leaves_nothing_behind(up, home):
    up.kill()
    up.communicate()
    assert await_none(home) == []


def test_a_child_that_ends_ends_all_and_its_last_words_are_told(up, home):
    child(up, "viewcount_cli.main serve").kill()
    _, err = up.communicate(timeout=GONE_SECONDS)
    assert up.returncode == 3
    assert "viewcount: api was ended by SIGKILL: " in err
    assert await_none(home) == []
