"""The gate of each service and day, with what was asked and what came back."""

import dagster as dg

from viewcount_pipeline.derived import day_by_day, derived_asset, show_on
from viewcount_pipeline.judging import sum_up_services
from viewcount_pipeline.pictures import bars
from viewcount_pipeline.resources import Postgres


@derived_asset("service_days", group="verdicts", deps=["view_count_observations"])
def service_days(context: dg.AssetExecutionContext, postgres: Postgres) -> None:
    """Whether a service's day may be published, and how much of it was read.

    What may be published is decided by this table, not by which run got how far: every later step, rebuilds
    included, obeys the gate. Only today's catalog is known, so a past day keeps the number of tracks it had.
    """
    last = day_by_day(context, postgres, sum_up_services)
    with postgres.transaction() as tx:
        readings = tx.rows("pipeline/readings_by_day", day=last)
    show_on(context, last, {"readings": bars(readings, "tracks", "no readings yet")})
