"""`viewcount up`: Dagster's UI and daemon and the API, on embedded or configured servers, until told to stop."""

import signal
import sys
import time

import click

from viewcount_cli.children import Children, Program, Surroundings
from viewcount_cli.exits import Exit
from viewcount_cli.guard import Guard
from viewcount_cli.ports import check_ports, url_of, wanted_ports
from viewcount_cli.progress import step_lines
from viewcount_cli.ready import PROJECT, check_asking, prepare_dagster
from viewcount_core.errors import ServerUnavailable
from viewcount_core.migrations import migrate
from viewcount_core.servers import open_database, redis_url
from viewcount_core.settings import Settings, child_environment, load_settings
from viewcount_local.home import Home

READY_SECONDS = 180.0
TICK_SECONDS = 0.2


@click.command()
def up() -> int:
    """Run Dagster's UI, its daemon with all schedules on, and the API, until Ctrl-C."""
    settings = load_settings()
    check_asking(settings)
    check_ports(settings.host, wanted_ports(settings))
    with step_lines("starting") as show:
        show("database, cache and Dagster's storage")
        _prepare(settings)
    with Guard() as guard:
        _Session(settings, Children(guard)).run()
    click.echo("stopped", err=True)
    return Exit.DONE


def programs(settings: Settings) -> list[Program]:
    """What runs, in the order of its start; the daemon stops first, so that no run begins on the way down."""
    python = sys.executable
    host, port = settings.host, settings.dagster_port
    workspace = ("-w", str(PROJECT / "workspace.yaml"))
    return [
        Program(
            "api",
            (python, "-m", "viewcount_cli.main", "serve"),
            url_of(host, settings.api_port, "/healthz"),
        ),
        Program(
            "dagster-webserver",
            (python, "-m", "dagster_webserver", *workspace, "-h", host, "-p", str(port)),
            url_of(host, port, "/server_info"),
        ),
        Program("dagster-daemon", (python, "-m", "dagster._daemon", "run", *workspace)),
    ]


class _Session:
    """From the start of the programs to the end of the last one."""

    def __init__(self, settings: Settings, children: Children) -> None:
        self._settings = settings
        self._children = children
        self._told_to_stop = False

    def run(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        try:
            self._start()
            if self._await_answers():
                self._show_urls()
            while not self._told_to_stop:
                self._children.check()
                time.sleep(TICK_SECONDS)
        finally:
            self._children.stop()

    def _start(self) -> None:
        home = Home.at(self._settings.home)
        around = Surroundings(PROJECT, child_environment(self._settings), home)
        self._children.start(programs(self._settings), around)

    def _await_answers(self) -> bool:
        deadline = time.monotonic() + READY_SECONDS
        with step_lines("waiting for Dagster and the API"):
            while not self._told_to_stop:
                self._children.check()
                unready = self._children.unready()
                if not unready:
                    return True
                if time.monotonic() > deadline:
                    raise ServerUnavailable(f"{unready[0]} does not answer after {READY_SECONDS:.0f} s")
                time.sleep(TICK_SECONDS)
        return False

    def _show_urls(self) -> None:
        host = self._settings.host
        click.echo(f"Dagster UI  {url_of(host, self._settings.dagster_port)}")
        click.echo(f"Page        {url_of(host, self._settings.api_port, '/')}")
        click.echo(f"GraphQL     {url_of(host, self._settings.api_port, '/graphql')}")
        click.echo("Ctrl-C stops everything.", err=True)

    def _stop(self, number: int, frame: object) -> None:
        if self._told_to_stop:
            self._children.hurry()
        self._told_to_stop = True


def _prepare(settings: Settings) -> None:
    """Servers, schema, Dagster's storage and a first catalog; embedded servers are leased until this process ends.

    Dagster's tables are made here, by one process: its UI and daemon, started side by side, would both try.
    """
    database = open_database(settings)
    try:
        migrate(database, settings.world)
    finally:
        database.close()
    redis_url(settings)
    prepare_dagster(settings)
    # Imports dagster, so it comes after everything that can be wrong at once.
    from viewcount_pipeline.runs import ensure_catalog

    ensure_catalog(settings)
