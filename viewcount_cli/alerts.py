"""`viewcount alerts`: what is wrong, and which messages about it have not arrived."""

import json
from typing import TYPE_CHECKING

import click

from viewcount_cli.exits import Exit
from viewcount_cli.ready import ready_database
from viewcount_core.settings import load_settings

if TYPE_CHECKING:
    from viewcount_pipeline.alerts.report import Report


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print them as one JSON object.")
def alerts(as_json: bool) -> int:
    """List open alerts, and messages that have not arrived with their attempts and the last reason.

    The daemon looks for trouble and delivers; this command only lists.
    """
    settings = load_settings()
    with ready_database(settings) as database:
        from viewcount_pipeline.alerts.report import report

        found = report(database, settings)
    if as_json:
        click.echo(json.dumps(found.as_json()))
    else:
        _show(found)
    return Exit.DONE


def _show(found: "Report") -> None:
    shown = found.as_json()
    for one in shown["open"]:
        click.echo(f"{one['severity']:<7}  since {one['since']}  {one['what']}")
    if not shown["open"]:
        click.echo("nothing is open")
    for one in shown["undelivered"]:
        tried = f"{one['attempts']} attempts, next {one['next_attempt_at']}" if one["attempts"] else "not tried yet"
        reason = f", {one['last_error']}" if one["last_error"] else ""
        click.echo(f"undelivered through {one['channel']}: {one['title']} ({one['id']}; {tried}{reason})")
    if not shown["channels"]:
        click.echo("nobody is told: ALERT_URLS is not set")
    elif not shown["undelivered"]:
        click.echo(f"everything has arrived through {', '.join(one['channel'] for one in shown['channels'])}")
