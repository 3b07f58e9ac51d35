"""`viewcount import`: tracks and observations out of files."""

import tempfile
from pathlib import Path

import click

from viewcount_cli.exits import Exit
from viewcount_cli.ready import ready_database
from viewcount_core import clock
from viewcount_core.settings import load_settings

SPOOL_BYTES = 1_000_000


@click.group("import")
def imports() -> None:
    """Add tracks or observations from a file."""


@imports.command()
@click.argument("file")
def tracks(file: str) -> int:
    """Add or update the tracks of FILE (CSV or JSONL, path or URL); deactivate none."""
    from viewcount_pipeline.catalog.reading import read_catalog
    from viewcount_pipeline.track_store import add_tracks

    settings = load_settings()
    catalog = read_catalog(file)
    with ready_database(settings) as database:
        change = add_tracks(database, catalog, clock.utc_now().date())
    for row in catalog.rejected:
        click.echo(_bad_line(row.line, row.reason))
    same = change.loaded - change.added - change.changed
    click.echo(f"{change.added} tracks added, {change.changed} changed, {same} as before, {change.rejected} rows bad")
    return Exit.PARTLY if change.rejected else Exit.DONE


@imports.command()
@click.argument("file", type=click.Path(path_type=Path))
def observations(file: Path) -> int:
    """Add the rows of FILE to the log, all the good ones at once.

    FILE is a CSV with the columns isrc,service,observed_at,view_count[,status]; instants are ISO-8601 with a zone.
    A row that is there already is passed over, so a repeated import adds nothing.
    """
    from viewcount_cli.progress import byte_bar
    from viewcount_pipeline.imports.observations import BadRow, import_observations

    settings = load_settings()
    total = file.stat().st_size if file.is_file() else None
    with tempfile.SpooledTemporaryFile(SPOOL_BYTES, "w+", encoding="utf-8") as bad_lines:

        def keep(row: BadRow) -> None:
            bad_lines.write(f"{_bad_line(row.line, row.reason)}\n")

        with ready_database(settings) as database, byte_bar(f"importing {file.name}", total) as on_bytes:
            imported = import_observations(database, file, settings.first_date, keep, on_bytes)
        bad_lines.seek(0)
        for line in bad_lines:
            click.echo(line, nl=False)
    click.echo(f"{imported.stored} observations stored, {imported.repeated} there already, {imported.bad} rows bad")
    if imported.stored:
        click.echo(f"next: viewcount rebuild --from {imported.first_day} --to {imported.last_day}", err=True)
    return Exit.PARTLY if imported.bad else Exit.DONE


def _bad_line(line: int, reason: str) -> str:
    return f"line {line}: {reason}"
