"""Growth over a week and a month, as readers ask for it."""

import dagster as dg

from viewcount_pipeline.derived import derived_asset
from viewcount_pipeline.partitions import each_day
from viewcount_pipeline.pictures import bars
from viewcount_pipeline.resources import Postgres


@derived_asset("track_trends", group="growth", deps=["current_view_counts", "daily_snapshots", "daily_deltas"])
def track_trends(context: dg.AssetExecutionContext, postgres: Postgres) -> dg.MaterializeResult:
    """Change of each count over 7 and 30 days, and of each track's total over all services.

    Only the latest is kept, so a run measures every series read since its first day, whatever day it rebuilds.
    """
    first = next(each_day(context))
    with postgres.derivation() as tx:
        trends = tx.row("pipeline/upsert_track_trends", since=first)
        lost = tx.row("pipeline/delete_lost_trends")
        totals = tx.row("pipeline/upsert_track_totals", since=first)
        fastest = tx.rows("pipeline/fastest_trends", first=10)
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": trends["rows"],
            "rows_changed": trends["rows_changed"] + lost["rows_changed"] + totals["rows_changed"],
            "fastest_week": bars(fastest, "percent", "no week of history yet"),
        }
    )
