"""Writes down what was judged: findings, incidents, and the messages that tell of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import orjson

from viewcount_core.database import Transaction
from viewcount_pipeline.alerts.judgement import Failure, Judgement
from viewcount_pipeline.alerts.outbox import add_message
from viewcount_pipeline.alerts.troubles import Incident, Trouble
from viewcount_pipeline.alerts.wording import Place, closed_text, opened_text


class Scribe:
    """Writes down one judgement: about one run, or about the state of things at one instant."""

    def __init__(self, tx: Transaction, place: Place, now: datetime, seen_at: datetime, run_id: str | None) -> None:
        self._tx = tx
        self._place = place
        self._now = now
        self._seen_at = seen_at
        self._run_id = run_id

    def write(self, judgement: Judgement) -> None:
        """Findings, incidents and messages; what is new in one message, what is over in another."""
        news: list[tuple[int, Trouble]] = []
        for trouble in judgement.opened:
            news += [(number, trouble) for number in self._open(trouble)]
        for incident, trouble in (*judgement.worsened, *judgement.continued):
            self._update(incident, trouble)
        news += [(incident.incident_id, trouble) for incident, trouble in judgement.worsened]
        message_ids = self._tell(news, judgement.past)
        continued = [(incident.incident_id, trouble) for incident, trouble in judgement.continued]
        self._find([*news, *continued], [*judgement.past, *judgement.known], message_ids)
        self._pass(judgement.passed)
        self._close(judgement.cleared)

    def _open(self, trouble: Trouble) -> list[int]:
        rows = self._tx.rows(
            "pipeline/insert_alert_incident",
            kind=trouble.kind.value,
            subject=trouble.subject,
            since=trouble.since,
            now=self._now,
            **self._seen(trouble),
        )
        return [row["incident_id"] for row in rows]

    def _update(self, incident: Incident, trouble: Trouble) -> None:
        self._tx.run("pipeline/update_alert_incident", incident_id=incident.incident_id, **self._seen(trouble))

    def _seen(self, trouble: Trouble) -> dict[str, Any]:
        return {
            "severity": trouble.severity.value,
            "what": trouble.what,
            "tracks": trouble.tracks,
            "partition_key": trouble.partition,
            "run_id": self._run_id,
            "seen_at": self._seen_at,
        }

    def _tell(self, news: Sequence[tuple[int, Trouble]], past: Sequence[Trouble]) -> dict[str | None, str]:
        """One message for all that any channel can carry, one for each channel that is itself the trouble."""
        written = {}
        for not_through in dict.fromkeys([*([None] if past else []), *(trouble.not_through for _, trouble in news)]):
            told = [(number, trouble) for number, trouble in news if trouble.not_through == not_through]
            text = opened_text(
                self._place, [trouble for _, trouble in told], () if not_through else past, self._run_id or ""
            )
            written[not_through] = add_message(
                self._tx,
                "opened",
                text,
                self._now,
                incident_ids=[number for number, _ in told],
                run_id=self._run_id,
                not_through=not_through,
            )
        return written

    def _find(
        self,
        current: Iterable[tuple[int, Trouble]],
        past: Iterable[Trouble],
        message_ids: dict[str | None, str],
    ) -> None:
        rows = [self._finding(trouble, number, message_ids) for number, trouble in current]
        rows += [self._finding(trouble, None, message_ids) for trouble in past]
        if rows:
            findings = orjson.dumps(rows).decode()
            self._tx.run("pipeline/insert_alert_findings", findings=findings, found_at=self._seen_at)

    def _finding(self, trouble: Trouble, incident_id: int | None, message_ids: dict[str | None, str]) -> dict[str, Any]:
        return {
            "kind": trouble.kind.value,
            "subject": trouble.subject,
            "partition_key": trouble.partition,
            "run_id": self._run_id,
            "severity": trouble.severity.value,
            "what": trouble.what,
            "incident_id": incident_id,
            "message_id": message_ids.get(trouble.not_through),
        }

    def _pass(self, passed: Sequence[Failure]) -> None:
        if passed:
            self._tx.run(
                "pipeline/clear_alert_findings",
                subjects=[subject for subject, _ in passed],
                partition_keys=[partition for _, partition in passed],
                passed_at=self._seen_at,
            )

    def _close(self, cleared: Sequence[Incident]) -> None:
        if not cleared:
            return
        self._tx.run(
            "pipeline/close_alert_incidents",
            incident_ids=[incident.incident_id for incident in cleared],
            now=self._now,
        )
        for not_through in dict.fromkeys(incident.not_through for incident in cleared):
            over = [incident for incident in cleared if incident.not_through == not_through]
            add_message(
                self._tx,
                "closed",
                closed_text(self._place, over, self._now, self._run_id or ""),
                self._now,
                incident_ids=[incident.incident_id for incident in over],
                run_id=self._run_id,
                not_through=not_through,
            )
