"""Whether somebody is told of trouble: are there channels, can Apprise use them, and does anything arrive."""

from collections.abc import Iterator
from typing import Any

from viewcount_cli.findings import Finding, fine, warning
from viewcount_core.migrations import pending_migrations
from viewcount_core.servers import open_database
from viewcount_core.settings import Settings


def check_alerts(settings: Settings) -> Iterator[Finding]:
    """Each channel of ALERT_URLS, by its name alone."""
    if not settings.alert_urls:
        yield fine("alerts", "nobody is told of trouble; ALERT_URLS names who should be")
        return
    from viewcount_pipeline.alerts.channels import open_channels

    channels = open_channels(settings)
    carried = _carried(settings)
    for channel in channels:
        name, least = channel.named.name, channel.named.least
        so_far = carried.get(name, {"dead": False, "arrived": 0})
        if so_far["dead"]:
            yield warning("alerts", f"{name}: nothing arrives; `viewcount alerts` tells why")
        else:
            untried = "" if so_far["arrived"] else "; nothing has ever arrived"
            yield fine("alerts", f"{name}: told from severity {least} on{untried}")


def _carried(settings: Settings) -> dict[str, dict[str, Any]]:
    """The channels of the report by name; none while the schema is not there yet."""
    from viewcount_pipeline.alerts.report import report

    database = open_database(settings)
    try:
        if pending_migrations(database):
            return {}
        return {one["channel"]: one for one in report(database, settings).channels}
    finally:
        database.close()
