"""`viewcount export`: what is recorded, as CSV or Parquet, to a file or to stdout."""

import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from viewcount_cli.parameters import DAY, ISRC, SERVICE, check_order
from viewcount_cli.ready import ready_database
from viewcount_core.errors import InputError
from viewcount_core.records import Service
from viewcount_core.settings import load_settings

if TYPE_CHECKING:
    from viewcount_core.database import Chunk
    from viewcount_pipeline.exports.tables import Table

OPTIONS = (
    click.option("--from", "first", type=DAY, help="First day (UTC); the earliest when left out."),
    click.option("--to", "last", type=DAY, help="Last day, included; the latest when left out."),
    click.option("--isrc", "isrcs", type=ISRC, multiple=True, help="Only this recording; may be repeated."),
    click.option("--service", type=SERVICE, help="Only this service: youtube or spotify."),
    click.option("--format", "form", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True),
    click.option("--output", type=click.Path(path_type=Path, allow_dash=True), help="A file; stdout when left out."),
)


def export_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options every export has."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


@click.group("export")
def exports() -> None:
    """Give out what is recorded, sorted, with a header row."""


@exports.command()
@export_options
def history(**options: Any) -> None:
    """One row a track, service and day: isrc,service,date,view_count,delta_count,delta_days,quality."""
    from viewcount_pipeline.exports.tables import HISTORY

    _export(HISTORY, **options)


@exports.command()
@export_options
def observations(**options: Any) -> None:
    """One row an answer or failure: isrc,service,observed_at,view_count,status,origin,verdict."""
    from viewcount_pipeline.exports.tables import OBSERVATIONS

    _export(OBSERVATIONS, **options)


@exports.command()
@export_options
@click.option("--tier", type=click.Choice(["strict", "sensitive"]), default="strict", show_default=True)
def anomalies(tier: str, **options: Any) -> None:
    """One row a flagged track-day: isrc,service,date,kind,tier,severity,observed,expected_low,expected_high,state.

    The strict tier holds what is probably wrong; sensitive adds tracks that moved unusually.
    """
    from viewcount_pipeline.exports.tables import Tier, anomalies_of

    _export(anomalies_of(Tier(tier)), **options)


def _export(
    table: "Table",
    first: date | None,
    last: date | None,
    isrcs: tuple[str, ...],
    service: Service | None,
    form: str,
    output: Path | None,
) -> None:
    from viewcount_pipeline.exports.tables import Rows, stream_csv

    check_order(first, last)
    settings = load_settings()
    rows = Rows(first, last, isrcs, service)
    with (
        _destination(output, form) as file,
        ready_database(settings) as database,
        database.transaction() as tx,
        closing(stream_csv(tx, table, rows)) as chunks,
    ):
        _write(table, form, chunks, file)


def _write(table: "Table", form: str, chunks: "Iterator[Chunk]", file: BinaryIO) -> None:
    if form == "parquet":
        from viewcount_pipeline.exports.parquet import write_parquet

        write_parquet(table, chunks, file)
        return
    for chunk in chunks:
        file.write(chunk)
    file.flush()


@contextmanager
def _destination(output: Path | None, form: str) -> Iterator[BinaryIO]:
    from viewcount_pipeline.exports.whole_file import whole_file

    if output is not None and str(output) != "-":
        with whole_file(output) as file:
            yield file
        return
    if form == "parquet" and sys.stdout.isatty():
        raise InputError("--format parquet does not go to a terminal; name a file with --output")
    yield sys.stdout.buffer
