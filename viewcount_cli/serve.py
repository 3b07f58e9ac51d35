"""`viewcount serve`: the GraphQL API alone."""

import os
import signal
import threading
import time

import click

from viewcount_cli.ports import API, check_ports
from viewcount_cli.ready import ready_database
from viewcount_core.errors import ServerUnavailable, ViewcountError
from viewcount_core.settings import Settings, load_settings

RETRY_SECONDS = 1.0


@click.command()
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that answer.")
def serve(workers: int) -> None:
    """Run the GraphQL API alone, until Ctrl-C.

    It answers at once, and is ready (`/readyz`) when PostgreSQL is.
    """
    settings = load_settings()
    check_ports(settings.host, {API: settings.api_port})
    from viewcount_api.serving import serve as serve_api

    preparation = Preparation(settings)
    preparation.start()
    try:
        serve_api(settings, workers=workers)
    finally:
        if preparation.refusal:
            raise preparation.refusal


class Preparation(threading.Thread):
    """Waits for PostgreSQL meanwhile, and brings an embedded database up to date.

    `refusal` is what is wrong with the settings or the schema, if anything is: no waiting mends that, so serving ends.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(name="preparation", daemon=True)
        self._settings = settings
        self.refusal: ViewcountError | None = None

    def run(self) -> None:
        """Try until it succeeds or is refused."""
        while not self._try():
            time.sleep(RETRY_SECONDS)

    def _try(self) -> bool:
        try:
            with ready_database(self._settings):
                return True
        except ServerUnavailable:
            return False  # the API itself says in its log what it waits for
        except ViewcountError as error:
            self.refusal = error
            os.kill(os.getpid(), signal.SIGTERM)
            return True
