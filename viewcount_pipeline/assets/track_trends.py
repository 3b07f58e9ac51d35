"""Growth over a week and a month, as readers ask for it."""

import dagster as dg

from viewcount_pipeline.derived import derived_asset, show_on
from viewcount_pipeline.partitions import each_day
from viewcount_pipeline.pictures import bars
from viewcount_pipeline.resources import Postgres


@derived_asset("track_trends", group="growth", deps=["current_view_counts", "daily_snapshots", "daily_deltas"])
def track_trends(context: dg.AssetExecutionContext, postgres: Postgres) -> None:
    """Change of each count over 7 and 30 days, and of each track's total over all services.

    Only the latest is kept, so a run measures every series read since its first day, whatever day it rebuilds.
    """
    days = list(each_day(context))
    with postgres.derivation() as tx:
        trends = tx.row("pipeline/upsert_track_trends", since=days[0])
        lost = tx.row("pipeline/delete_lost_trends")
        totals = tx.row("pipeline/upsert_track_totals", since=days[0])
        fastest = tx.rows("pipeline/fastest_trends", first=10)
    show_on(
        context,
        days[-1],
        {
            "dagster/row_count": trends["rows"],
            "rows_changed": trends["rows_changed"] + lost["rows_changed"] + totals["rows_changed"],
            "fastest_week": bars(fastest, "percent", "no week of history yet"),
        },
    )
