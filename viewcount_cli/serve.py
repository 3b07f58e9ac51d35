"""`viewcount serve`: the GraphQL API alone."""

import click

from viewcount_cli.ports import API, check_ports
from viewcount_cli.ready import ready_database
from viewcount_core.settings import load_settings


@click.command()
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that answer.")
def serve(workers: int) -> None:
    """Run the GraphQL API alone, until Ctrl-C."""
    settings = load_settings()
    check_ports(settings.host, {API: settings.api_port})
    with ready_database(settings):
        from viewcount_api.serving import serve as serve_api

        serve_api(settings, workers=workers)
