"""The words of every message: title and body as plain text. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from viewcount_core.settings import Settings
from viewcount_core.severity import Severity
from viewcount_pipeline.alerts.advice import ACTIONS, ANCHORS
from viewcount_pipeline.alerts.sentences import began, headline, instant
from viewcount_pipeline.alerts.troubles import Incident, Kind, Trouble

# With more, the shortest messages that channels take would be too short.
MOST_TROUBLES = 3


@dataclass(frozen=True, slots=True)
class Text:
    """What a channel is given, and how much it matters."""

    severity: Severity
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message comes from and where its links lead."""

    world: str
    ui_url: str
    runbook_url: str

    @classmethod
    def of(cls, settings: Settings) -> "Place":
        """The place these settings describe."""
        return cls(settings.world, settings.ui_url, settings.alert_runbook_url)

    def title(self, mark: str, words: str) -> str:
        """A title that says where from and how bad."""
        return f"viewcount ({self.world}) {mark}: {words}"

    def run(self, run_id: str) -> str:
        """Link to a run in the Dagster UI."""
        return f"{self.ui_url}/runs/{run_id}"

    def runbook(self, kind: str) -> str:
        """Link to the runbook's section about a kind of trouble."""
        return f"{self.runbook_url}#{ANCHORS[Kind(kind)]}"


def opened_text(place: Place, troubles: Sequence[Trouble], past: Sequence[Trouble] = (), run_id: str = "") -> Text:
    """What is wrong now, the gravest first, and which checks failed for days long gone."""
    gravest = sorted(troubles, key=lambda trouble: -trouble.severity.rank)
    severity = max((one.severity for one in (*troubles, *past)), key=lambda severity: severity.rank)
    heads = [headline(trouble.kind, trouble.subject) for trouble in gravest] or ["checks failed for past days"]
    blocks = [_block(place, trouble) for trouble in gravest[:MOST_TROUBLES]]
    blocks += _more(len(gravest) - MOST_TROUBLES)
    if past:
        blocks.append(_past_block(place, past))
    if run_id:
        blocks.append(f"Run: {place.run(run_id)}")
    return Text(severity, place.title(severity.upper(), _first_of(heads)), "\n\n".join(blocks))


def closed_text(place: Place, incidents: Sequence[Incident], now: datetime, run_id: str = "") -> Text:
    """What is over; as grave as what it ends, so that it goes where that went."""
    gravest = sorted(incidents, key=lambda incident: -incident.severity.rank)
    heads = [headline(incident.kind, incident.subject) for incident in gravest]
    lines = [
        f"{_ended(incident, now)}: {incident.what}\nSince: {began(incident.kind, incident.since)}"
        for incident in gravest[:MOST_TROUBLES]
    ]
    lines += _more(len(gravest) - MOST_TROUBLES)
    if run_id:
        lines.append(f"Run: {place.run(run_id)}")
    return Text(gravest[0].severity, place.title("over", _first_of(heads)), "\n\n".join(lines))


def signed(body: str, message_id: str, attempts: int = 1) -> str:
    """The body with the id by which a second delivery is known to be one."""
    again = f", attempt {attempts}: the same id is the same alert" if attempts > 1 else ""
    return f"{body}\n\nAlert {message_id}{again}"


def _block(place: Place, trouble: Trouble) -> str:
    lines = [trouble.what]
    if trouble.tracks is not None:
        lines.append(f"Tracks: {trouble.tracks:,}")
    lines += [
        f"Since: {began(trouble.kind, trouble.since)}",
        f"To do: {ACTIONS[trouble.kind]}",
        f"Runbook: {place.runbook(trouble.kind)}",
    ]
    return "\n".join(lines)


def _ended(incident: Incident, now: datetime) -> str:
    if incident.is_of_runs and incident.is_forgotten(now):
        return f"Not heard of since {instant(incident.last_seen_at)} and so no longer open"
    return f"Over since {instant(now)}"


def _past_block(place: Place, past: Sequence[Trouble]) -> str:
    days: dict[str, list[str]] = {}
    for trouble in past:
        days.setdefault(trouble.subject, []).append(trouble.partition)
    lines = [f"{headline(Kind.FAILED_CHECK, subject)}: {_days(found)}" for subject, found in sorted(days.items())]
    shown = lines[: 2 * MOST_TROUBLES] + _more(len(lines) - 2 * MOST_TROUBLES)
    return "\n".join(["Found in past days, told once:", *shown, f"Runbook: {place.runbook(Kind.FAILED_CHECK)}"])


def _days(partitions: Sequence[str]) -> str:
    first, last = min(partitions), max(partitions)
    return first if first == last else f"{len(partitions)} days from {first} to {last}"


def _first_of(heads: Sequence[str]) -> str:
    return heads[0] if len(heads) == 1 else f"{heads[0]}, and {len(heads) - 1} more"


def _more(number: int) -> list[str]:
    return [f"And {number} more: `viewcount alerts` lists them."] if number > 0 else []
