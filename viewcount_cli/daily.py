"""`viewcount run` and `viewcount rebuild`: the daily job, once, in this process."""

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from viewcount_cli.exits import Exit, say_why
from viewcount_cli.interruption import Interruption
from viewcount_cli.parameters import DAY, check_order
from viewcount_cli.progress import step_lines
from viewcount_cli.ready import check_asking, prepare_dagster, ready_database
from viewcount_cli.watching import watched
from viewcount_core import clock
from viewcount_core.errors import InputError
from viewcount_core.settings import Settings, load_settings

if TYPE_CHECKING:
    from viewcount_pipeline.summary import DaySummary


@click.command()
@click.option("--catalog", metavar="PATH", help="Make this file or URL the catalog of this database.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as one JSON object, the last line.")
@click.option("--force", is_flag=True, help="Accept a catalog that deactivates more than a fifth of the tracks.")
def run(catalog: str | None, as_json: bool, force: bool) -> int:
    """Ask every enabled service for today's counts, once, and show what came of it.

    A removed or hidden video is an answer; exit code 1 means that asking failed for some tracks, or that some were
    left for later.
    """
    settings = load_settings()
    if catalog and "://" not in catalog and not Path(catalog).exists():
        raise InputError(f"--catalog {catalog}: no such file; name a CSV or JSONL file or its http(s) URL")
    check_asking(settings)
    _prepare(settings)
    # Takes seconds, so it comes after everything that can be wrong at once.
    from viewcount_pipeline.alerting import telling
    from viewcount_pipeline.runs import run_today

    with telling(settings):
        with Interruption(), watched() as watcher:
            summary = run_today(settings, catalog=catalog, forced=force, watcher=watcher)
        _show(summary, as_json)
    return int(summary.exit_code)


@click.command()
@click.option("--from", "first", type=DAY, required=True, help="First day (UTC).")
@click.option("--to", "last", type=DAY, required=True, help="Last day, included.")
def rebuild(first: date, last: date) -> int:
    """Derive verdicts, snapshots, deltas, trends and cache of past days again from the stored log.

    Goes on past the last day for as long as that changes anything.
    """
    settings = load_settings()
    _check_days(settings, first, last)
    _prepare(settings)
    from viewcount_pipeline.alerting import telling
    from viewcount_pipeline.runs import rebuild as rebuild_days

    with telling(settings), Interruption(), step_lines(f"rebuilding {first} to {last}"):
        summary = rebuild_days(settings, first, last)
    click.echo(
        f"{summary.first} to {summary.last} rebuilt, {summary.days} days, {summary.rows_changed} rows changed; "
        f"followed up to {summary.rebuilt_to} (run {summary.run_id})"
    )
    return Exit.DONE


def _show(summary: "DaySummary", as_json: bool) -> None:
    for service in summary.services.values():
        if service.error:
            say_why(str(service.error))
    if as_json:
        click.echo(json.dumps(summary.as_json()))
    else:
        from viewcount_cli.summary import print_summary

        print_summary(summary.as_json())


def _prepare(settings: Settings) -> None:
    with ready_database(settings):
        prepare_dagster(settings)


def _check_days(settings: Settings, first: date, last: date) -> None:
    check_order(first, last)
    today = clock.utc_now().date()
    if last > today:
        raise InputError(f"--to {last} is in the future; today is {today} (UTC)")
    if first < settings.first_date:
        raise InputError(
            f"--from {first} is before {settings.first_date}, the first daily partition (VIEWCOUNT_FIRST_DATE)"
        )
