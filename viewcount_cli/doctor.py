"""`viewcount doctor`: is everything there that the daily job needs, and what to do where it is not."""

import json
from collections.abc import Callable, Iterator

import click

from viewcount_cli.exits import Exit
from viewcount_cli.findings import Finding, as_objects, failure, show, worst_code
from viewcount_core.errors import ViewcountError
from viewcount_core.settings import Settings, load_settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as one JSON object.")
def doctor(as_json: bool) -> int:
    """Check settings, servers, schema, catalog, browser, ports and disk, and say what to do.

    Exit code 0: all well; 1: something could be better; 2: a setting or the schema is wrong; 3: a server is missing.
    """
    findings = list(_examine())
    code = worst_code(findings)
    if as_json:
        click.echo(json.dumps({"healthy": code is Exit.DONE, "findings": as_objects(findings)}))
    else:
        show(findings)
    return code


def _examine() -> Iterator[Finding]:
    try:
        settings = load_settings()
    except ViewcountError as error:
        # Nothing else can be checked: every other check depends on the settings.
        yield failure("settings", error)
        return
    from viewcount_cli.checks.alerts import check_alerts
    from viewcount_cli.checks.data import check_data
    from viewcount_cli.checks.machine import check_browser, check_disk, check_free_ports
    from viewcount_cli.checks.services import check_cache, check_sources

    checks: dict[str, Callable[[Settings], Iterator[Finding]]] = {
        "settings": check_sources,
        "disk": check_disk,
        "database": check_data,
        "cache": check_cache,
        "browser": check_browser,
        "ports": check_free_ports,
        "alerts": check_alerts,
    }
    for name, check in checks.items():
        try:
            yield from check(settings)
        except ViewcountError as error:
            yield failure(name, error)
