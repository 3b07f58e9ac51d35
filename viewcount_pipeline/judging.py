"""What of a day's log may be published: the gate of each service and a verdict for each reading."""

from datetime import date
from typing import Any

from viewcount_core import clock
from viewcount_core.database import Transaction
from viewcount_pipeline.observation_log import ensure_partitions

VERDICTS = "count_verdicts"


def sum_up_services(tx: Transaction, day: date) -> dict[str, Any]:
    """Write the day of each service that has something in the log; returns `rows` and `rows_changed`."""
    return tx.row("pipeline/upsert_service_days", day=day, today=clock.utc_now().date())


def judge_readings(tx: Transaction, day: date) -> dict[str, Any]:
    """Write a verdict for each reading of the day; returns `rows` and `rows_changed`."""
    ensure_partitions(tx, VERDICTS, day, day)
    return tx.row("pipeline/upsert_count_verdicts", day=day)


def judge_imported(tx: Transaction, day: date) -> None:
    """Judge a day that has readings without a verdict, as an import leaves it: its snapshot would lack them."""
    if tx.row("pipeline/has_unjudged_readings", day=day)["unjudged"]:
        sum_up_services(tx, day)
        judge_readings(tx, day)
