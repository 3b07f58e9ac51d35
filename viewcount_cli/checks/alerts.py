"""Whether somebody is told of trouble: are there channels, can Apprise use them, and does anything arrive."""

from collections.abc import Iterator

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
    dead = _dead(settings)
    for channel in channels:
        name, least = channel.named.name, channel.named.least
        if name in dead:
            yield warning("alerts", f"{name}: nothing arrives; `viewcount alerts` tells why")
        else:
            yield fine("alerts", f"{name}: told from severity {least} on")


def _dead(settings: Settings) -> set[str]:
    from viewcount_pipeline.alerts.report import report

    database = open_database(settings)
    try:
        if pending_migrations(database):
            return set()
        return {one["channel"] for one in report(database, settings).channels if one["dead"]}
    finally:
        database.close()
