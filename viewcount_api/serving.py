"""Runs the app in uvicorn until it is told to stop."""

import asyncio
import errno
import gc
import logging
import multiprocessing
import os
import signal
import socket
from typing import Any

import uvicorn
from uvicorn.server import HANDLED_SIGNALS
from uvicorn.supervisors import Multiprocess

from viewcount_api.app import create_app
from viewcount_api.exposition import counting_together
from viewcount_api.http.front import Front
from viewcount_core.errors import ConfigurationError
from viewcount_core.settings import Settings

BACKLOG = 2048
GRACE_SECONDS = 10
# A worker that says nothing for so long hangs; one that is starting on a busy machine may take some seconds.
HEALTHCHECK_SECONDS = 20
WORKER_APP = "viewcount_api.serving:worker_app"
CONNECTION = "viewcount_api.http.connection:Connection"


def serve(settings: Settings, workers: int = 1) -> None:
    """Serve until SIGINT or SIGTERM, and return; answers under way are finished, for ten seconds at most.

    With several workers each is a process of its own that reads the environment's settings. Raise
    `ConfigurationError` when the address or port cannot be listened on.
    """
    listener = listen(settings)
    with listener:
        if workers == 1:
            _serve_here(uvicorn.Server(config_for(_lasting(create_app(settings)))), listener)
        else:
            with counting_together():
                Workers(config_for(WORKER_APP, workers), sockets=[listener]).run()


class Workers(Multiprocess):
    """The processes that serve; once they are told to stop, nobody is left to wait for."""

    def terminate_all(self) -> None:
        """End them, and refuse new connections: those that this process took would never be answered."""
        super().terminate_all()
        for listener in self.sockets:
            listener.close()


def listen(settings: Settings) -> socket.socket:
    """The socket the API listens on. Raise `ConfigurationError`."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.api_port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise ConfigurationError(_explain(settings, error)) from error


def config_for(app: Front | str, workers: int = 1) -> uvicorn.Config:
    """How uvicorn is to run `app`: itself, or for workers the name of a function that makes it."""
    return uvicorn.Config(
        app,
        factory=isinstance(app, str),
        workers=workers,
        loop="auto",  # uvloop, wherever it exists
        http=CONNECTION,  # known to it by name, so that a worker imports it by itself
        ws="none",
        lifespan="on",
        log_config=_logging() if workers > 1 else None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # API_TRUSTED_PROXIES says whom to believe; uvicorn would believe anybody on this machine
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_worker_healthcheck=HEALTHCHECK_SECONDS,
    )


def worker_app() -> Front:
    """The app of a worker, which ends when the process that started it is gone."""
    if parent := multiprocessing.parent_process():
        asyncio.get_running_loop().add_reader(parent.sentinel, _end, parent.sentinel)
    return _lasting(create_app())


def _lasting(app: Front) -> Front:
    """Tell the garbage collector that what is there by now stays: looking through it took 60 ms every so often."""
    gc.collect()
    gc.freeze()
    return app


def _end(sentinel: int) -> None:
    asyncio.get_running_loop().remove_reader(sentinel)
    signal.raise_signal(signal.SIGTERM)


def _serve_here(server: uvicorn.Server, listener: socket.socket) -> None:
    """Run it in this process; uvicorn sends itself the signal that ended it anew, which is none for us then."""
    before = {number: signal.signal(number, server.handle_exit) for number in HANDLED_SIGNALS}
    try:
        server.run(sockets=[listener])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _logging() -> dict[str, Any]:
    """What uvicorn sets up in every worker: one line an event, at the level that the caller's process has."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"level": logging.getLogger().getEffectiveLevel(), "handlers": ["stderr"]},
    }


def _explain(settings: Settings, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"VIEWCOUNT_API_PORT: port {settings.api_port} is in use; stop what listens there or choose another, "
            "for example VIEWCOUNT_API_PORT=8001"
        )
    reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
    if error.errno == errno.EACCES:
        return f"VIEWCOUNT_API_PORT: port {settings.api_port}: {reason}; a valid value is VIEWCOUNT_API_PORT=8000"
    return (
        f"VIEWCOUNT_HOST: {settings.host} cannot be listened on ({reason}); a valid value is VIEWCOUNT_HOST=127.0.0.1"
    )
