"""Reads what is open and what was found before."""

from collections.abc import Collection
from typing import Any

from viewcount_core.database import Transaction
from viewcount_core.severity import Severity
from viewcount_pipeline.alerts.judgement import Failure
from viewcount_pipeline.alerts.troubles import Incident, Key


def open_incidents(tx: Transaction) -> dict[Key, Incident]:
    """Trouble that is not over, by kind and subject, the gravest first."""
    found = [_incident(row) for row in tx.rows("pipeline/open_incidents")]
    return {incident.key: incident for incident in found}


def known_failures(tx: Transaction, subjects: Collection[str]) -> set[Failure]:
    """Failed checks that were found before and not cleared since."""
    rows = tx.rows("pipeline/known_failures", subjects=list(subjects))
    return {(row["subject"], row["partition_key"]) for row in rows}


def found_in(tx: Transaction, run_id: str) -> set[Key]:
    """Kind and subject of what was found in a run before: it may end twice, when it was taken for dead too early."""
    return {(row["kind"], row["subject"]) for row in tx.rows("pipeline/findings_of_run", run_id=run_id)}


def _incident(row: dict[str, Any]) -> Incident:
    return Incident(
        incident_id=row["incident_id"],
        kind=row["kind"],
        subject=row["subject"],
        severity=Severity(row["severity"]),
        what=row["what"],
        since=row["since"],
        last_seen_at=row["last_seen_at"],
        tracks=row["tracks"],
        partition=row["partition_key"],
        run_id=row["run_id"],
    )
