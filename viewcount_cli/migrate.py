"""`viewcount migrate`: the schema, and nothing else."""

import click

from viewcount_core.migrations import migrate as apply_migrations
from viewcount_core.servers import open_database
from viewcount_core.settings import load_settings


@click.command()
def migrate() -> None:
    """Apply the migrations this database lacks, each in a transaction of its own."""
    settings = load_settings()
    database = open_database(settings)
    try:
        applied = apply_migrations(database, settings.world)
    finally:
        database.close()
    for name in applied:
        click.echo(f"applied {name}")
    if not applied:
        click.echo("nothing to do")
