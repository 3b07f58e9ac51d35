"""`serve` listens where it is told, finishes what it has begun, and says clearly when it cannot listen."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import psutil
import pytest

from tests.api_fixtures import settings_for
from tests.ports import free_port
from tests.waiting import eventually
from viewcount_api.serving import serve
from viewcount_core.errors import ConfigurationError
from viewcount_core.settings import Settings

PROJECT = Path(__file__).parents[2]
PROGRAM = """
import sys
from viewcount_api.serving import serve
from viewcount_core.settings import load_settings
serve(load_settings(), workers=int(sys.argv[1]))
"""


def is_ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
    except httpx.TransportError:
        return False


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("cause", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_told_to_stop_and_leaves_no_process(database, redis_url, workers, cause):
    settings, port = settings_for(database, redis_url), free_port()
    assert settings.database_url
    environment = {
        **os.environ,
        "VIEWCOUNT_API_PORT": str(port),
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "REDIS_URL": redis_url,
        "YOUTUBE_EMULATOR_URL": "http://127.0.0.1:1",
    }
    command = [sys.executable, "-c", PROGRAM, str(workers)]
    with subprocess.Popen(command, cwd=PROJECT, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            eventually(lambda: is_ready(port))
            family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
            assert httpx.post(f"http://127.0.0.1:{port}/graphql", json={"query": "{ __typename }"}).json() == {
                "data": {"__typename": "Query"}
            }
        finally:
            process.send_signal(cause)
            _, said = process.communicate(timeout=30)
    assert process.returncode in (0, -cause)
    assert said == "", "a level of WARNING, as for the caller, and nothing to warn of"
    eventually(lambda: not any(is_alive(member) for member in family))


def test_a_port_in_use_names_the_setting():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"^VIEWCOUNT_API_PORT: port {port} is in use"):
            serve(Settings(VIEWCOUNT_API_PORT=port))


@pytest.mark.parametrize("host", ["203.0.113.1", "no such host"])
def test_an_address_that_is_not_ours_names_the_setting(host):
    with pytest.raises(ConfigurationError, match="^VIEWCOUNT_HOST: "):
        serve(Settings(VIEWCOUNT_HOST=host, VIEWCOUNT_API_PORT=free_port()))
