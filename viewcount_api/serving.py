"""Runs the app in uvicorn until it is told to stop."""

import errno
import logging
import os
import socket
from contextlib import suppress
from typing import Any

import uvicorn
from uvicorn.supervisors import Multiprocess

from viewcount_api.app import create_app
from viewcount_api.exposition import counting_together
from viewcount_core.errors import ConfigurationError
from viewcount_core.settings import Settings

BACKLOG = 2048
GRACE_SECONDS = 10


def serve(settings: Settings, workers: int = 1) -> None:
    """Serve until SIGINT or SIGTERM; answers under way are finished, for ten seconds at most.

    With several workers each is a process of its own that reads the environment's settings. Raise
    `ConfigurationError` when the address or port cannot be listened on.
    """
    listener = listen(settings)
    with listener, suppress(KeyboardInterrupt):  # Ctrl-C is how it is meant to end
        if workers == 1:
            uvicorn.Server(_config(settings)).run(sockets=[listener])
        else:
            with counting_together():
                Multiprocess(_config(settings, workers), sockets=[listener]).run()


def listen(settings: Settings) -> socket.socket:
    """The socket the API listens on. Raise `ConfigurationError`."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.api_port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise ConfigurationError(_explain(settings, error)) from error


def _config(settings: Settings, workers: int = 1) -> uvicorn.Config:
    return uvicorn.Config(
        "viewcount_api.app:create_app" if workers > 1 else create_app(settings),
        factory=workers > 1,
        workers=workers,
        loop="auto",  # uvloop, and httptools below, wherever they exist
        http="auto",
        ws="none",
        lifespan="on",
        log_config=_logging() if workers > 1 else None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


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
