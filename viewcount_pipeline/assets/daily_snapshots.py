"""One count a series and day, for ever."""

from datetime import date
from functools import partial
from typing import Any

import dagster as dg

from viewcount_core.database import Transaction
from viewcount_core.thresholds import Thresholds
from viewcount_pipeline.changed_verdicts import take_up
from viewcount_pipeline.derived import day_by_day, derived_asset, show_on
from viewcount_pipeline.judging import judge_imported
from viewcount_pipeline.observation_log import ensure_partitions
from viewcount_pipeline.resources import Postgres

SNAPSHOTS = "historical_view_counts"


@derived_asset(SNAPSHOTS, group="counts", deps=["count_verdicts"])
def daily_snapshots(context: dg.AssetExecutionContext, postgres: Postgres) -> None:
    """The last accepted count observed on each UTC day.

    A day without one has no row: never a zero, never yesterday's number. Rebuilding replaces, so a snapshot that
    lost its accepted reading is deleted. Imported readings are judged here when nobody has judged them yet. A reading
    that was held and is decided now gets its own day's snapshot, or loses it.
    """
    last = day_by_day(context, postgres, partial(_record, limits=postgres.settings))
    with postgres.derivation() as tx:
        changed = _record_changed(tx)
    show_on(context, last, {"changed_verdicts": changed["rows_changed"]})


def _record_changed(tx: Transaction) -> dict[str, Any]:
    days = tx.row("pipeline/days_of_changed_verdicts")
    if days["first_day"]:
        ensure_partitions(tx, SNAPSHOTS, days["first_day"], days["last_day"])
    return take_up(tx, "pipeline/record_changed_verdicts")


def _record(tx: Transaction, day: date, limits: Thresholds) -> dict[str, Any]:
    judge_imported(tx, day, limits)
    ensure_partitions(tx, SNAPSHOTS, day, day)
    deleted = tx.row("pipeline/delete_lost_snapshots", day=day)["rows_changed"]
    upserted = tx.row("pipeline/upsert_historical_view_counts", day=day)
    return {**upserted, "rows_changed": upserted["rows_changed"] + deleted}
