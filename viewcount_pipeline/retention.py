"""How long numbers are kept, and that no rebuild wipes history whose evidence is gone."""

from collections.abc import Sequence
from datetime import date, timedelta

from viewcount_core.database import Database
from viewcount_core.errors import InputError
from viewcount_core.records import Service
from viewcount_core.settings import Settings
from viewcount_pipeline.judging import judge_imported, know_states
from viewcount_pipeline.series_states import FLOOR, keep_floor

DATED_TABLES = ("view_count_observations", "count_verdicts", "historical_view_counts")
DELETED_ROWS = (
    "pipeline/delete_expired_view_counts",
    "pipeline/delete_expired_anomalies",
    "pipeline/delete_expired_decisions",
)


def remove_expired(database: Database, settings: Settings, today: date) -> dict[Service, date]:
    """Remove what is older than each service's retention; return the first day each of them keeps.

    The log and all that is derived from it go together: a snapshot without its evidence could not be rebuilt.
    Whole months are dropped as tables, the rest of the boundary month by date.
    """
    return {service: _remove(database, settings, service, today) for service in Service}


def refuse_expired(database: Database, days: Sequence[date]) -> None:
    """Raise `InputError` for days whose log is gone."""
    with database.transaction() as tx:
        kept_from = tx.row("pipeline/first_kept_day")["kept_from"]
    if kept_from and days[0] < kept_from:
        raise InputError(
            f"{days[0]}: the log is kept from {kept_from} on; rebuilding an older day would wipe its history"
        )


def _remove(database: Database, settings: Settings, service: Service, today: date) -> date:
    first_kept = today - timedelta(days=settings.retention_days(service))
    with database.transaction() as tx:
        tx.lock_derivation()
        # What is judged from now on begins with what these days led to.
        judge_imported(tx, first_kept - timedelta(days=1), settings)
        know_states(tx, service, first_kept, settings)
        keep_floor(tx, service, first_kept)
        for table in DATED_TABLES:
            tx.run("pipeline/remove_before", parent=table, service_id=service.value, first_kept=first_kept)
        for deletion in DELETED_ROWS:
            tx.run(deletion, service_id=service.value, first_kept=first_kept)
        tx.run("pipeline/delete_expired_states", service_id=service.value, first_kept=first_kept, kept_slot=FLOOR)
        tx.run("pipeline/upsert_log_retention", service_id=service.value, first_kept=first_kept)
    return first_kept
