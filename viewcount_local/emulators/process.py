"""An emulator as a process of its own, which ends with whoever started it, and as a thread for tests."""

import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import uvicorn
from starlette.types import ASGIApp

from viewcount_core.errors import ServerUnavailable
from viewcount_core.records import Service
from viewcount_local.emulators.faults import Faults

LOOPBACK = "127.0.0.1"
START_SECONDS = 20.0
STOP_SECONDS = 5.0
_PROJECT = Path(__file__).resolve().parents[2]
_BACKLOG = 512


@contextmanager
def running_emulator(
    service: Service,
    tracks: Path,
    *,
    seed: int = 1,
    latency_ms: int = 0,
    script_delay_ms: int = 100,
    faults: Mapping[str, float] | None = None,
    daily_quota: int | None = None,
) -> Iterator[str]:
    """Base URL of an emulator in a child process, until the block is left or this process ends in whichever way.

    Raise `ConfigurationError` for faults that do not exist, `ServerUnavailable` with the child's last words when it
    does not come up within 20 s.
    """
    Faults(faults, seed)
    options = {
        "--tracks": str(tracks.resolve()),
        "--seed": str(seed),
        "--latency-ms": str(latency_ms),
        "--script-delay-ms": str(script_delay_ms),
        "--faults": ",".join(f"{kind}={rate}" for kind, rate in (faults or {}).items()),
    }
    if daily_quota is not None:
        options["--daily-quota"] = str(daily_quota)
    with TemporaryFile() as words:
        child = _start(service, options, words)
        try:
            yield _announced_url(service, child, words)
        finally:
            _stop(child)


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """Base URL of `app` served from a thread of this process, for tests and benchmarks."""
    with listen(LOOPBACK, 0) as listener:
        server = uvicorn.Server(configure(app))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield url_of(listener)
        finally:
            server.should_exit = True
            thread.join(STOP_SECONDS)


def serve_until_orphaned(app: ASGIApp, listener: socket.socket) -> None:
    """Serve until stdin is closed; from a terminal, until Ctrl-C. The process ends here when stdin does."""
    if not os.isatty(0):
        threading.Thread(target=_end_with_stdin, args=(os.getppid(),), daemon=True).start()
    uvicorn.Server(configure(app)).run(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; connections made from now on are answered as soon as it is served."""
    return socket.create_server((host, port), backlog=_BACKLOG)


def url_of(listener: socket.socket) -> str:
    """Where it listens."""
    host, port = listener.getsockname()[:2]
    return f"http://{host}:{port}"


def configure(app: ASGIApp) -> uvicorn.Config:
    """Uvicorn without the parts an emulator does not need; errors go to stderr."""
    return uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="off", ws="none", timeout_graceful_shutdown=1
    )


def _end_with_stdin(parent: int) -> None:
    # A child the parent forked keeps the pipe open past the parent's end: then the change of parent tells.
    with suppress(OSError):
        while os.getppid() == parent:
            readable, _, _ = select.select([0], [], [], 1.0)
            if readable and not os.read(0, 4096):
                break
    os._exit(0)


def _start(service: Service, options: Mapping[str, str], words: IO[bytes]) -> subprocess.Popen[bytes]:
    arguments = [text for pair in options.items() for text in pair]
    # A session of its own: Ctrl-C is for the parent, which may still need answers while it stops.
    return subprocess.Popen(
        [sys.executable, "-m", "viewcount_local.emulators", service.key, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=words,
        cwd=_PROJECT,
        start_new_session=True,
    )


def _announced_url(service: Service, child: subprocess.Popen[bytes], words: IO[bytes]) -> str:
    assert child.stdout
    deadline = time.monotonic() + START_SECONDS
    line = b""
    while not line.endswith(b"\n") and (left := deadline - time.monotonic()) > 0:
        readable, _, _ = select.select([child.stdout], [], [], left)
        text = os.read(child.stdout.fileno(), 4096) if readable else b""
        line += text
        if readable and not text:
            break
    if line.endswith(b"\n"):
        return line.decode().strip()
    raise ServerUnavailable(f"{service.label} emulator does not start: {_last_words(child, words)}")


def _last_words(child: subprocess.Popen[bytes], words: IO[bytes]) -> str:
    try:
        child.wait(1.0)
    except subprocess.TimeoutExpired:
        return f"it does not answer after {START_SECONDS:.0f} s"
    words.seek(0)
    lines = [line.strip() for line in words.read().decode(errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else f"it said nothing and ended with {child.returncode}"


def _stop(child: subprocess.Popen[bytes]) -> None:
    assert child.stdin
    assert child.stdout
    child.stdin.close()
    child.stdout.close()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
