"""The processes that are measured: the API, the bare app, and a Valkey that may be killed."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

import psutil
import redis

from benchmarks.figures import log
from viewcount_core.settings import Settings
from viewcount_local.account import Account
from viewcount_local.binaries import valkey_program

START_SECONDS = 60


class Server:
    """One process that listens on a port."""

    def __init__(self, command: Sequence[str], port: int) -> None:
        self.port = port
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        self._watched = psutil.Process(self._process.pid)

    @property
    def cpu_seconds(self) -> float:
        """Processor time so far, the kernel's for it included."""
        times = self._watched.cpu_times()
        return float(times.user + times.system)

    @property
    def megabytes(self) -> float:
        """Resident memory."""
        return float(self._watched.memory_info().rss) / 1e6

    def stop(self) -> None:
        """End it kindly."""
        self._process.terminate()
        self._process.wait(START_SECONDS)

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait()


@contextmanager
def api(settings: Settings, redis_url: str) -> Iterator[Server]:
    """`viewcount serve` with one worker, ready."""
    port = free_port()
    os.environ |= {"REDIS_URL": redis_url, "VIEWCOUNT_API_PORT": str(port), "VIEWCOUNT_HOME": str(settings.home)}
    server = Server([sys.executable, "-m", "viewcount_cli.main", "serve"], port)
    try:
        _await(f"http://127.0.0.1:{port}/readyz")
        yield server
    finally:
        server.stop()


@contextmanager
def bare(redis_url: str) -> Iterator[Server]:
    """The bare app."""
    port = free_port()
    server = Server([sys.executable, "-m", "benchmarks.api.bare", redis_url, str(port)], port)
    try:
        _await_port(port)
        yield server
    finally:
        server.stop()


@contextmanager
def valkey() -> Iterator[tuple[Server, str]]:
    """A Valkey and its URL."""
    port = free_port()
    options = ["--bind", "127.0.0.1", "--save", "", "--maxmemory", "256mb", "--maxmemory-policy", "allkeys-lru"]
    server = Server([str(valkey_program(Account())), "--port", str(port), *options], port)
    try:
        _await_port(port)
        yield server, f"redis://127.0.0.1:{port}/0"
    finally:
        server.kill()


def forget_tracks(url: str) -> None:
    """Drop what was read of tracks, and whole answers, but not the generation."""
    with redis.Redis.from_url(url) as cache:
        for key in cache.scan_iter(count=1000):
            if not key.startswith((b"publication:", b"bare")):
                cache.delete(key)


def forget_answers(url: str) -> None:
    """Drop whole answers alone."""
    with redis.Redis.from_url(url) as cache:
        for key in cache.scan_iter("gql_response:*", count=1000):
            cache.delete(key)


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        return int(listener.getsockname()[1])


def _await(url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    log(f"{url} does not answer")
    raise TimeoutError(url)


def _await_port(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"port {port}")
