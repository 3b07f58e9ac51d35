"""`viewcount alerts`: what is wrong, and which messages about it have not arrived."""

import json
from typing import TYPE_CHECKING, Any

import click

from viewcount_cli.exits import Exit
from viewcount_cli.ready import ready_database
from viewcount_core.settings import load_settings

if TYPE_CHECKING:
    from viewcount_pipeline.alerts.report import Report


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print them as one JSON object.")
def alerts(as_json: bool) -> int:
    """List open alerts, messages that have not arrived with their attempts and the last reason, and the channels.

    The daemon, and commands that run jobs, look for trouble and deliver; this command only lists.
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
        click.echo(f"undelivered through {one['channel']}: {one['title']} ({one['id']}; {_tried(one)})")
    for one in shown["channels"]:
        click.echo(f"{one['channel']}: {_carried(one)}")
    if not shown["channels"]:
        click.echo("nobody is told: ALERT_URLS is not set")


def _tried(message: dict[str, Any]) -> str:
    if not message["configured"]:
        return "no longer in ALERT_URLS: goes to a channel there that takes its severity"
    if not message["attempts"]:
        return "not tried yet"
    reason = f", {message['last_error']}" if message["last_error"] else ""
    return f"{message['attempts']} attempts, next {message['next_attempt_at']}{reason}"


def _carried(channel: dict[str, Any]) -> str:
    carried = (
        f"{channel['arrived']} messages have arrived, the last {channel['last_arrived_at']}"
        if channel["arrived"]
        else "nothing has ever arrived"
    )
    dead = "; dead: nothing arrives any more" if channel["dead"] else ""
    problem = f"; cannot be used: {channel['problem']}" if channel["problem"] else ""
    return f"{carried}{dead}{problem}"
