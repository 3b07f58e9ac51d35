"""`viewcount verdict` and `viewcount gate`: a person decides what the rules could not, and the numbers follow."""

import json
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from viewcount_cli.exits import Exit
from viewcount_cli.interruption import Interruption
from viewcount_cli.parameters import DAY, ISRC, SERVICE
from viewcount_cli.progress import step_lines
from viewcount_cli.ready import prepare_dagster, ready_database
from viewcount_core.errors import InputError
from viewcount_core.records import Service
from viewcount_core.settings import Settings, load_settings

if TYPE_CHECKING:
    from viewcount_pipeline.runs import RebuildSummary

OPTIONS = (
    click.option("--why", required=True, help="The reason, for whoever asks later."),
    click.option("--json", "as_json", is_flag=True, help="Print what changed as one JSON object."),
)


def decision_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options every decision has."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


@click.group("verdict")
def verdicts() -> None:
    """Decide a reading that is held: an ISRC, a service and a day (UTC) name it."""


@verdicts.command()
@click.argument("isrc", type=ISRC)
@click.argument("service", type=SERVICE)
@click.argument("day", type=DAY)
@decision_options
def confirm(isrc: str, service: Service, day: date, why: str, as_json: bool) -> int:
    """Believe the held reading: it becomes the count of its day."""
    return _decide_reading(isrc, service, day, is_confirmed=True, why=why, as_json=as_json)


@verdicts.command()
@click.argument("isrc", type=ISRC)
@click.argument("service", type=SERVICE)
@click.argument("day", type=DAY)
@decision_options
def reject(isrc: str, service: Service, day: date, why: str, as_json: bool) -> int:
    """Never believe the held reading, whatever is read later."""
    return _decide_reading(isrc, service, day, is_confirmed=False, why=why, as_json=as_json)


@click.group("gate")
def gates() -> None:
    """Decide whether a service's day (UTC) may be published."""


@gates.command("open")
@click.argument("service", type=SERVICE)
@click.argument("day", type=DAY)
@decision_options
def open_gate(service: Service, day: date, why: str, as_json: bool) -> int:
    """Judge the day's readings one by one, whatever the day as a whole looks like."""
    return _decide_gate(service, day, gate="open", why=why, as_json=as_json)


@gates.command("close")
@click.argument("service", type=SERVICE)
@click.argument("day", type=DAY)
@decision_options
def close_gate(service: Service, day: date, why: str, as_json: bool) -> int:
    """Publish nothing of the day."""
    return _decide_gate(service, day, gate="closed", why=why, as_json=as_json)


def _decide_reading(isrc: str, service: Service, day: date, *, is_confirmed: bool, why: str, as_json: bool) -> int:
    from viewcount_pipeline.decisions import decide_reading, find_verdict

    settings = _settings(day, why)
    with ready_database(settings) as database:
        before = decide_reading(database, isrc, service, day, is_confirmed=is_confirmed, why=why)
    rebuilt = _rebuild(settings, day)
    with ready_database(settings) as database:
        after = find_verdict(database, isrc, service, before.observed_at)
    subject = {"isrc": isrc, "service": service.key, "date": day.isoformat()}
    reading = {"view_count": before.view_count, "kind": before.kind}
    _show(subject, reading, before.verdict, after, rebuilt, as_json=as_json)
    return Exit.DONE


def _decide_gate(service: Service, day: date, *, gate: str, why: str, as_json: bool) -> int:
    from viewcount_pipeline.decisions import decide_gate, find_gate

    settings = _settings(day, why)
    with ready_database(settings) as database:
        before = decide_gate(database, service, day, gate=gate, why=why)
    rebuilt = _rebuild(settings, day)
    with ready_database(settings) as database:
        after = find_gate(database, service, day)
    _show({"service": service.key, "date": day.isoformat()}, {}, before, after, rebuilt, as_json=as_json)
    return Exit.DONE


def _settings(day: date, why: str) -> Settings:
    settings = load_settings()
    if not why.strip():
        raise InputError("--why is empty; say in a few words what was found")
    if day < settings.first_date:
        raise InputError(f"{day} is before {settings.first_date}, the first daily partition (VIEWCOUNT_FIRST_DATE)")
    return settings


def _rebuild(settings: Settings, day: date) -> "RebuildSummary":
    prepare_dagster(settings)
    # Takes seconds, so it comes after everything that can be wrong at once.
    from viewcount_pipeline.alerting import telling
    from viewcount_pipeline.runs import rebuild

    with telling(settings), Interruption(), step_lines(f"rebuilding from {day} on"):
        return rebuild(settings, day, day)


def _show(
    subject: dict[str, str],
    reading: dict[str, Any],
    before: str | None,
    after: str | None,
    rebuilt: "RebuildSummary",
    *,
    as_json: bool,
) -> None:
    if as_json:
        done = {
            "rows_changed": rebuilt.rows_changed,
            "rebuilt_to": rebuilt.rebuilt_to.isoformat(),
            "run_id": rebuilt.run_id,
        }
        click.echo(json.dumps({**subject, **reading, "before": before, "after": after, **done}))
        return
    count = f"{reading['view_count']} ({reading['kind']}) " if reading else ""
    click.echo(f"{' '.join(subject.values())}: {count}was {before or 'not judged'}, is {after}")
    click.echo(f"{rebuilt.rows_changed} rows changed; followed up to {rebuilt.rebuilt_to} (run {rebuilt.run_id})")
