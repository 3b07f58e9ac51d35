"""What is open and what has not arrived, for people and for programs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from viewcount_core.database import Database
from viewcount_core.settings import Settings
from viewcount_pipeline.alerts.channels import unusable_channels
from viewcount_pipeline.alerts.incidents import open_incidents
from viewcount_pipeline.alerts.outbox import arrivals, dead_channels, undelivered
from viewcount_pipeline.alerts.sentences import headline
from viewcount_pipeline.alerts.troubles import Incident


@dataclass(frozen=True, slots=True)
class Report:
    """`undelivered` has one row a channel and message: `id`, `title`, `channel`, `attempts`, `next_attempt_at`, ...

    `channels` has one a channel of ALERT_URLS: how many messages `arrived` through it, when the last did, and the
    `problem` that makes it unusable.
    """

    incidents: list[Incident]
    undelivered: list[dict[str, Any]]
    channels: list[dict[str, Any]]

    def as_json(self) -> dict[str, Any]:
        """The object of `alerts --json`."""
        return {
            "open": [_incident(incident) for incident in self.incidents],
            "undelivered": [_plain_row(row) for row in self.undelivered],
            "channels": [_plain_row(row) for row in self.channels],
        }


def report(database: Database, settings: Settings) -> Report:
    """Read it; raise `ServerUnavailable`."""
    names = [channel.name for channel in settings.alert_urls]
    with database.transaction() as tx:
        incidents = list(open_incidents(tx).values())
        waiting = undelivered(tx, names)
        dead = {row["channel"] for row in dead_channels(tx, names, settings.alert_dead_channel_minutes)}
        arrived = arrivals(tx, names)
    problems = unusable_channels(settings)
    channels = [
        {
            "channel": one.name,
            "severity": one.least.value,
            "dead": one.name in dead,
            "arrived": arrived[one.name]["arrived"] if one.name in arrived else 0,
            "last_arrived_at": arrived[one.name]["last_arrived_at"] if one.name in arrived else None,
            "problem": problems.get(one.name),
        }
        for one in settings.alert_urls
    ]
    return Report(incidents, waiting, channels)


def _incident(incident: Incident) -> dict[str, Any]:
    return {
        "kind": incident.kind,
        "subject": incident.subject,
        "severity": incident.severity.value,
        "title": headline(incident.kind, incident.subject),
        "what": incident.what,
        "tracks": incident.tracks,
        "since": _plain(incident.since),
        "last_seen_at": _plain(incident.last_seen_at),
        "partition": incident.partition or None,
        "run_id": incident.run_id,
    }


def _plain_row(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    return value.isoformat(timespec="seconds").replace("+00:00", "Z") if isinstance(value, datetime) else value
