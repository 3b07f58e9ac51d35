"""`serve` listens where it is told at once, finishes what it has begun, and says clearly when it cannot."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import psutil
import pytest
from sqlalchemy import Connection, text

from tests.api_fixtures import Relay, running, settings_for
from tests.ports import free_port
from tests.waiting import eventually
from viewcount_api.serving import serve
from viewcount_core.database import Database
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


class Served:
    """A server of its own process, and what it said when it has ended."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        variables = {**os.environ, "VIEWCOUNT_API_PORT": str(self.port), **environment}
        self.process = subprocess.Popen(command, cwd=PROJECT, env=variables, stderr=subprocess.PIPE, text=True)

    def family(self) -> list[psutil.Process]:
        """It and all it started."""
        return [psutil.Process(self.process.pid), *self.workers()]

    def workers(self) -> list[psutil.Process]:
        children = psutil.Process(self.process.pid).children(recursive=True)
        return [child for child in children if is_alive(child) and "spawn_main" in " ".join(child.cmdline())]

    def end(self, cause: signal.Signals = signal.SIGTERM) -> str:
        """Stop it and return what it said."""
        self.process.send_signal(cause)
        return self.process.communicate(timeout=30)[1]


@contextmanager
def serving(command: list[str], **environment: str) -> Iterator[Served]:
    served = Served([sys.executable, *command], {"YOUTUBE_EMULATOR_URL": "http://127.0.0.1:1", **environment})
    try:
        yield served
    finally:
        served.process.kill()
        served.process.wait()
        if served.process.stderr:
            served.process.stderr.close()


def servers_of(database: Database, redis_url: str) -> dict[str, str]:
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return {"DATABASE_URL": url, "REDIS_URL": redis_url}


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("cause", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_told_to_stop_and_leaves_no_process(database, redis_url, workers, cause):
    with serving(["-c", PROGRAM, str(workers)], **servers_of(database, redis_url)) as served:
        eventually(lambda: is_ready(served.port))
        family = served.family()
        assert httpx.post(f"{served.url}/graphql", json={"query": "{ __typename }"}).json() == {
            "data": {"__typename": "Query"}
        }
        said = served.end(cause)
    assert served.process.returncode == 0
    assert said == "", "a level of WARNING, as for the caller, and nothing to warn of"
    eventually(lambda: not any(is_alive(member) for member in family))


def test_an_answer_under_way_is_finished_before_the_end(database, redis_url):
    with serving(["-c", PROGRAM, "1"], **servers_of(database, redis_url)) as served, ThreadPoolExecutor() as threads:
        eventually(lambda: is_ready(served.port))
        with database.engine.connect() as connection:
            connection.execute(text("lock table tracks in access exclusive mode"))
            body = {"query": '{ track(isrc: "USUM71604711") { title } }'}
            answer = threads.submit(httpx.post, f"{served.url}/graphql", json=body, timeout=20)
            eventually(lambda: waits_for_a_lock(connection))
            served.process.send_signal(signal.SIGTERM)
            eventually(lambda: refuses_connections(served.port))
            connection.rollback()
        assert answer.result().json() == {"data": {"track": None}}
        assert served.process.wait(timeout=20) == 0


def test_a_request_that_is_on_its_way_when_the_end_comes_is_answered(database, redis_url):
    with serving(["-c", PROGRAM, "1"], **servers_of(database, redis_url)) as served:
        eventually(lambda: is_ready(served.port))
        with socket.create_connection(("127.0.0.1", served.port)) as early:
            assert is_ready(served.port), "and so the earlier connection was accepted"
            served.process.send_signal(signal.SIGTERM)
            eventually(lambda: refuses_connections(served.port))
            early.sendall(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
            answer = b"".join(iter(lambda: early.recv(65536), b""))
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert b"connection: close" in answer.lower()
        assert served.process.wait(timeout=20) == 0


def waits_for_a_lock(connection: Connection) -> bool:
    waiting = "select exists (select from pg_locks where relation = 'tracks'::regclass and not granted)"
    return bool(connection.execute(text(waiting)).scalar())


def refuses_connections(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) != 0


def test_a_worker_that_is_killed_is_replaced_and_none_outlives_who_started_it(database, redis_url):
    with serving(["-c", PROGRAM, "2"], **servers_of(database, redis_url)) as served:
        eventually(lambda: is_ready(served.port) and len(served.workers()) == 2)
        killed, other = served.workers()
        killed.kill()
        eventually(lambda: len(served.workers()) == 2 and killed not in served.workers())
        assert other in served.workers()
        eventually(lambda: all(listens(worker) for worker in served.workers()))
        left = served.workers()
        served.process.kill()
        eventually(lambda: not any(is_alive(worker) for worker in left))


def listens(worker: psutil.Process) -> bool:
    """Whether it is past its start: it has threads of its own by then."""
    return worker.num_threads() > 2


def test_it_starts_without_postgresql_and_is_ready_when_that_is_there(database, redis_url):
    relay = Relay(database.url.port or 5432)
    url = database.url.set(drivername="postgresql", host="127.0.0.1", port=relay.port)
    address = url.render_as_string(hide_password=False)
    with serving(["-m", "viewcount_cli.main", "serve"], DATABASE_URL=address, REDIS_URL=redis_url) as served:
        eventually(lambda: not refuses_connections(served.port))
        assert httpx.get(f"{served.url}/healthz").status_code == 200
        answer = httpx.get(f"{served.url}/readyz")
        assert (answer.status_code, answer.json()["postgresql"]) == (503, "away")
        assert "not_ready reason=" in served.process.stderr.readline()
        relay.mend()
        eventually(lambda: is_ready(served.port))
        served.end()
    assert served.process.returncode == 0
    relay.cut()


def test_it_ends_although_postgresql_does_not_let_go(database, redis_url):
    environment = {**servers_of(database, redis_url), "API_REQUEST_SECONDS": "50"}
    with serving(["-c", PROGRAM, "2"], **environment) as served:
        eventually(lambda: is_ready(served.port))
        with database.engine.connect() as connection:
            connection.execute(text("lock table tracks in access exclusive mode"))
            with suppress(httpx.ReadTimeout):
                httpx.post(f"{served.url}/graphql", json={"query": '{ searchTracks(text: "x") { isrc } }'}, timeout=1)
            assert waits_for_a_lock(connection)
            served.process.send_signal(signal.SIGTERM)
            eventually(lambda: refuses_connections(served.port))
            assert served.process.poll() is None, "nobody is left to wait while it ends"
            # Ten seconds for the request, and one for the statement.
            assert served.process.wait(timeout=30) == 0
        assert "Traceback" not in served.process.stderr.read()


def test_it_is_not_ready_while_postgresql_says_nothing(database, redis_url):
    with running(settings_for(database, redis_url)) as api, database.engine.connect() as connection:
        connection.execute(text("lock table publications in access exclusive mode"))
        answer = api.client.get("/readyz")
        assert (answer.status_code, answer.json()["postgresql"]) == (503, "away")


def test_an_embedded_database_is_brought_up_to_date_meanwhile(servers, session_home):
    with serving(["-m", "viewcount_cli.main", "serve"], VIEWCOUNT_HOME=str(session_home)) as served:
        eventually(lambda: is_ready(served.port))
        body = {"query": "{ services { name } }"}
        assert "errors" not in httpx.post(f"{served.url}/graphql", json=body).json()
        served.end()
    assert served.process.returncode == 0


def test_what_waiting_does_not_mend_ends_it_with_the_reason(empty_database, redis_url):
    command = ["-m", "viewcount_cli.main", "serve"]
    with serving(command, **servers_of(empty_database, redis_url)) as served:
        said = served.process.communicate(timeout=60)[1]
    assert served.process.returncode == 2
    assert "run `viewcount migrate`" in said.splitlines()[-1]


def test_a_port_in_use_names_the_setting():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"^VIEWCOUNT_API_PORT: port {port} is in use"):
            serve(Settings(VIEWCOUNT_API_PORT=port))


@pytest.mark.parametrize("host", ["203.0.113.1", "no such host"])
def test_an_address_that_is_not_ours_names_the_setting(host):
    with pytest.raises(ConfigurationError, match="^VIEWCOUNT_HOST: "):
        serve(Settings(VIEWCOUNT_HOST=host, VIEWCOUNT_API_PORT=free_port()))
