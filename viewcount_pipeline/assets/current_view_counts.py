"""The newest accepted count of each series."""

from datetime import date
from typing import Any

import dagster as dg

from viewcount_core.database import Transaction
from viewcount_pipeline.changed_verdicts import take_up
from viewcount_pipeline.derived import day_by_day, derived_asset, show_on
from viewcount_pipeline.pictures import bars
from viewcount_pipeline.resources import Postgres


@derived_asset("view_counts", group="counts", deps=["count_verdicts"])
def current_view_counts(context: dg.AssetExecutionContext, postgres: Postgres) -> None:
    """What each track stands at on each service, and when the service was asked.

    A day offers its accepted readings and never overwrites a newer one; a count that is not accepted any more gives
    way to the newest one before it.
    """
    # What the newest day offers, no older one has to be written for.
    last = day_by_day(context, postgres, _offer, newest_first=True)
    with postgres.derivation() as tx:
        changed = take_up(tx, "pipeline/offer_changed_verdicts")
        largest = tx.rows("pipeline/largest_view_counts", first=10)
    show_on(
        context,
        last,
        {"changed_verdicts": changed["rows_changed"], "most_viewed": bars(largest, "views", "no counts yet")},
    )


def _offer(tx: Transaction, day: date) -> dict[str, Any]:
    restored = tx.row("pipeline/restore_view_counts", day=day)["rows_changed"]
    offered = tx.row("pipeline/upsert_view_counts", day=day)
    return {**offered, "rows_changed": offered["rows_changed"] + restored}
