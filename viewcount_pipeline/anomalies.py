"""What went wrong with single series, as spans of days that open and close."""

from datetime import date
from typing import Any

from viewcount_core.database import Transaction
from viewcount_core.records import Service

ANOMALIES = "anomalies"


def derive_anomalies(tx: Transaction, first_day: date) -> dict[str, Any]:
    """Work out all anomalies that days from the first one on have a part in; call it under the derivation lock.

    Goes back as far as days were judged since the last time. Returns `rows`, the anomalies looked at, and
    `rows_changed`.
    """
    waiting = tx.row("pipeline/clear_anomaly_backlog")["first_day"]
    since = min(first_day, waiting or first_day)
    flagged = tx.row("pipeline/upsert_anomalies", first_day=since)
    absent = tx.row("pipeline/upsert_absences", first_day=since)
    return {name: flagged[name] + absent[name] for name in ("rows", "rows_changed")}


def note_judged_day(tx: Transaction, service: Service, day: date) -> None:
    """Have the anomalies of a day worked out anew, in the transaction that writes its verdicts or its gate."""
    tx.run("pipeline/insert_anomaly_backlog", service_id=service.value, day=day)
