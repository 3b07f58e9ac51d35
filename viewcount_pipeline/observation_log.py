"""Appends observations to the log in batches; the log is never changed here."""

from collections.abc import Sequence
from datetime import date

from viewcount_core.database import Database, Transaction
from viewcount_core.records import Observation

LOG = "view_count_observations"


def store_observations(database: Database, batch: Sequence[Observation], run_id: str | None) -> int:
    """Append one batch in one transaction and return how many rows were new."""
    if not batch:
        return 0
    days = [observation.observed_at.date() for observation in batch]
    with database.transaction() as tx:
        ensure_partitions(tx, LOG, min(days), max(days))
        stage_observations(tx, batch)
        return append_staged(tx, "run", run_id)


def stage_observations(tx: Transaction, batch: Sequence[Observation]) -> None:
    """Copy a batch to where the statements of this transaction find it; lines count from 1."""
    tx.run("pipeline/create_staged_observations")
    tx.copy_in(
        "pipeline/copy_staged_observations",
        (
            (
                line,
                o.isrc,
                o.service.value,
                o.observed_at,
                o.view_count,
                o.status.value,
                o.reason,
                o.source_id,
                o.raw_text,
            )
            for line, o in enumerate(batch, start=1)
        ),
    )


def append_staged(tx: Transaction, origin: str, run_id: str | None) -> int:
    """Append what is staged and note its days as not judged; return how many rows were new."""
    stored = tx.changed("pipeline/insert_observations", origin=origin, run_id=run_id)
    if stored:
        tx.run("pipeline/mark_unjudged_days")
    return stored


def ensure_partitions(tx: Transaction, parent: str, first_day: date, last_day: date) -> None:
    """Make the month partitions of `parent` that rows of these days need."""
    tx.run("pipeline/ensure_month_partitions", parent=parent, first_day=first_day, last_day=last_day)
