"""What tests of the API share: counts to read, the app over real HTTP, and servers that may be taken away."""

import asyncio
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from typing import Any

import httpx
import pytest
import redis
import uvicorn
from sqlalchemy import Engine, event, text

from tests.ports import free_port
from tests.waiting import eventually
from viewcount_api.app import create_app
from viewcount_api.http.front import Front
from viewcount_api.serving import config_for
from viewcount_core.database import Database
from viewcount_core.records import Service
from viewcount_core.settings import Settings
from viewcount_local.account import Account
from viewcount_local.binaries import valkey_program
from viewcount_pipeline.rankings import rank_tracks

# --- what is recorded ---


def execute(database: Database, statement: str, **values: object) -> None:
    with database.engine.begin() as connection:
        connection.execute(text(statement), values)


def add_tracks(database: Database, isrcs: Sequence[str]) -> None:
    with database.engine.begin() as connection:
        connection.execute(
            text("insert into tracks (isrc, title, youtube_video_id) values (:isrc, :title, 'dQw4w9WgXcQ')"),
            [{"isrc": isrc, "title": f"Title of {isrc}"} for isrc in isrcs],
        )


def set_count(database: Database, isrc: str, service: Service, count: int, last_updated: datetime) -> None:
    execute(
        database,
        "insert into view_counts (isrc, service_id, view_count, last_updated) values (:isrc, :service, :count, :at) "
        "on conflict (isrc, service_id) do update set view_count = excluded.view_count, "
        "last_updated = excluded.last_updated",
        isrc=isrc,
        service=service.value,
        count=count,
        at=last_updated,
    )


def add_history(
    database: Database, isrc: str, service: Service, days: Sequence[tuple[date, int, int | None, int | None]]
) -> None:
    """Snapshots as (day, count, delta, days the delta spans)."""
    with database.transaction() as tx:
        tx.rows(
            "pipeline/ensure_month_partitions",
            parent="historical_view_counts",
            first_day=min(day for day, *_ in days),
            last_day=max(day for day, *_ in days),
        )
    with database.engine.begin() as connection:
        connection.execute(
            text(
                "insert into historical_view_counts "
                "(isrc, service_id, view_count, delta_count, delta_days, recorded_date, observed_at) values "
                "(:isrc, :service, :count, :delta, :span, :day, (:day)::date + time '22:00')"
            ),
            [
                {"isrc": isrc, "service": service.value, "count": count, "delta": delta, "span": span, "day": day}
                for day, count, delta, span in days
            ],
        )


def publish(database: Database, isrcs: Sequence[str]) -> int:
    """As the pipeline: mark what changed, move the generation on and rank, in PostgreSQL alone."""
    for isrc in isrcs:
        execute(database, "insert into unpublished_tracks values (:isrc) on conflict do nothing", isrc=isrc)
    with database.transaction() as tx:
        generation = int(tx.row("pipeline/insert_publication", run_id=None)["generation"])
        rank_tracks(tx)
    return generation


# --- the app ---


def settings_for(database: Database, redis_url: str, **changes: object) -> Settings:
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    demo = {"DATABASE_URL": url, "REDIS_URL": redis_url, "YOUTUBE_EMULATOR_URL": "http://127.0.0.1:1"}
    return Settings(**(demo | changes))  # type: ignore[arg-type]


class Api:
    """A client of the running app."""

    def __init__(self, app: Front, client: httpx.Client, server: uvicorn.Server) -> None:
        self.app = app
        self.server = server
        self.client = client

    def post(self, query: str, **variables: object) -> httpx.Response:
        return self.client.post("/graphql", json={"query": query, "variables": variables})

    def data(self, query: str, **variables: object) -> Any:
        """The answer's data; an answer with an error is none."""
        answer = self.post(query, **variables).json()
        assert "errors" not in answer, answer
        return answer["data"]

    def errors(self, query: str, **variables: object) -> list[dict[str, Any]]:
        return list(self.post(query, **variables).json()["errors"])

    def is_ready(self) -> bool:
        return self.client.get("/readyz").status_code == 200


@contextmanager
def statements() -> Iterator[list[str]]:
    """What this process says to PostgreSQL meanwhile, through whichever pool."""
    said: list[str] = []

    def note(*arguments: Any) -> None:
        said.append(arguments[2])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@contextmanager
def running(settings: Settings, *, until_ready: bool = True) -> Iterator[Api]:
    """The app in a thread of its own, over real HTTP."""
    app = create_app(settings)
    server = uvicorn.Server(config_for(app))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])))
        thread.start()
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=30) as client:
                api = Api(app, client, server)
                eventually(api.is_ready if until_ready else lambda: server.started)
                yield api
        finally:
            server.should_exit = True
            thread.join()


# --- servers that may be taken away ---


class OwnValkey:
    """A cache server that a test may stop, start and freeze."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [str(valkey_program(Account())), "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        eventually(self._answers)

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def freeze(self) -> None:
        """Keep its connections open and say nothing."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        with suppress(redis.ConnectionError), redis.Redis.from_url(self.url) as client:
            return bool(client.ping())
        return False


@pytest.fixture
def valkey() -> Iterator[OwnValkey]:
    """A running one."""
    server = OwnValkey()
    server.start()
    yield server
    server.stop()


class Relay:
    """A TCP address in front of a server: cut, it is as if the server were gone."""

    def __init__(self, port: int) -> None:
        self._target = port
        self.port = free_port()
        self._listener: socket.socket | None = None
        self._open: list[socket.socket] = []

    def mend(self) -> None:
        """Let connections through."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def cut(self) -> None:
        """Refuse new connections and break those there are."""
        if self._listener:
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        for end in self._open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._open.clear()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(("127.0.0.1", self._target))
                self._open += (near, far)
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=_copy, args=pair, daemon=True).start()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while chunk := source.recv(65536):
            target.sendall(chunk)
        target.shutdown(socket.SHUT_RDWR)
