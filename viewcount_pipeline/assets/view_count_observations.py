"""The log: what the services answered, one day of it a partition."""

from datetime import date
from typing import Any

import dagster as dg

from viewcount_core.database import Transaction
from viewcount_pipeline.derived import day_by_day, derived_asset, show_on
from viewcount_pipeline.pictures import bars
from viewcount_pipeline.resources import Postgres


@derived_asset("view_count_observations", group="observations", deps=["youtube_observations", "spotify_observations"])
def view_count_observations(context: dg.AssetExecutionContext, postgres: Postgres) -> None:
    """Every answer and every failure to get one, kept as evidence and never changed.

    Both services append here while they are read, and so do imports; this step counts what the day holds.
    """
    last = day_by_day(context, postgres, _count)
    with postgres.transaction() as tx:
        statuses = tx.rows("pipeline/observations_by_status", day=last)
    show_on(context, last, {"statuses": bars(statuses, "observations", "nothing was asked")})


def _count(tx: Transaction, day: date) -> dict[str, Any]:
    return tx.row("pipeline/count_observations", day=day)
