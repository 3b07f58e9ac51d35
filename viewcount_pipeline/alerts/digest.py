"""The daily digest: what the day before came to, once, whether it went well or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from viewcount_core.database import Transaction
from viewcount_core.records import Service, Status
from viewcount_core.settings import Settings
from viewcount_core.severity import Severity
from viewcount_pipeline.alerts.incidents import open_incidents
from viewcount_pipeline.alerts.outbox import add_message
from viewcount_pipeline.alerts.sentences import began, headline
from viewcount_pipeline.alerts.troubles import Incident
from viewcount_pipeline.alerts.wording import Place, Text


@dataclass(frozen=True, slots=True)
class ServiceDay:
    """One service on one day, in tracks. `unanswered` were asked for in vain; `recorded` have a snapshot."""

    service: Service
    active: int
    ok: int
    unanswered: int
    deferred: int
    held: int
    recorded: int
    gate: str = "open"
    reason: str | None = None

    @property
    def severity(self) -> Severity:
        """An error when nothing was recorded, a warning when something lacks."""
        if not self.recorded:
            return Severity.ERROR
        return Severity.WARNING if self.unanswered or self.deferred else Severity.INFO


def write_digest(tx: Transaction, settings: Settings, now: datetime) -> None:
    """Put the digest of yesterday into the outbox when its time has come and there was something to count."""
    day = now.date() - timedelta(days=1)
    if now < datetime.combine(now.date(), settings.alert_digest_at, UTC):
        return
    if tx.row("pipeline/has_digest", day=day)["written"]:
        return
    services = [one for service in Service if settings.is_enabled(service) for one in _service_day(tx, service, day)]
    if services:
        text = digest_text(Place.of(settings), day, services, list(open_incidents(tx).values()))
        add_message(tx, "digest", text, now, digest_day=day)
    tx.run("pipeline/delete_old_alerts", now=now)


def digest_text(place: Place, day: date, services: Sequence[ServiceDay], incidents: Sequence[Incident]) -> Text:
    """The digest in words; as grave as the worst of it."""
    severities = [one.severity for one in services] + [incident.severity for incident in incidents]
    severity = max(severities, key=lambda severity: severity.rank)
    lines = [_line(one) for one in services]
    lines += [
        f"Open since {began(incident.kind, incident.since)}: {headline(incident.kind, incident.subject)}"
        for incident in incidents
    ]
    words = "all is well" if severity is Severity.INFO else "not all is well"
    return Text(severity, place.title("digest", f"{day}, {words}"), "\n".join([*lines, f"UI: {place.ui_url}"]))


def _line(day: ServiceDay) -> str:
    parts = [f"{day.service.label}: {day.recorded:,} of {day.active:,} tracks recorded"]
    for number, words in (
        (day.unanswered, "not answered for"),
        (day.deferred, "left for later"),
        (day.held, "held as doubtful"),
    ):
        if number:
            parts.append(f"{number:,} {words}")
    if day.gate == "closed":
        parts.append(f"the day is withheld ({day.reason or 'no reason given'})")
    return ", ".join(parts)


def _service_day(tx: Transaction, service: Service, day: date) -> list[ServiceDay]:
    row: dict[str, Any] = tx.row("pipeline/digest_of_day", service_id=service.value, day=day)
    if not (row["tracks"] or row["active"]):
        return []  # there was nothing to count yet
    asked_in_vain = [tracks for status, tracks in row["failed"].items() if not Status(status).is_answer]
    return [
        ServiceDay(
            service=service,
            active=row["active"] or row["tracks"],
            ok=row["ok"],
            unanswered=sum(asked_in_vain),
            deferred=row["deferred"],
            held=row["held"],
            recorded=row["recorded"],
            gate=row["gate"],
            reason=row["reason"],
        )
    ]
