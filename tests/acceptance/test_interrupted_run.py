"""Ctrl-C ends a run soon, whatever Dagster would like to try again, and the next run completes the day."""

import json
import signal
import tempfile
from pathlib import Path

import pytest

from tests.command_line import run_process, start_process

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def home():
    with tempfile.TemporaryDirectory(prefix="viewcount-run-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / ".viewcount"


def test_an_interrupted_run_ends_with_130_and_the_next_one_asks_for_the_rest(home):
    environment = {"VIEWCOUNT_HOME": str(home), "SPOTIFY_ENABLED": "0"}
    process = start_process("run", **environment, EMULATOR_LATENCY_MS="20000")
    said = ""
    while "YouTube: 0 of" not in said:
        line = process.stderr.readline()
        assert line, said
        said += line
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert "viewcount: interrupted; " in err
    again = run_process("run", "--json", environment=environment)
    assert again.code == 0, again.err
    summary = json.loads(again.out.splitlines()[-1])
    assert summary["services"]["youtube"]["ok"] == summary["services"]["youtube"]["active"] > 0
    assert summary["services"]["spotify"]["enabled"] is False
