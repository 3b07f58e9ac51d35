"""The gate of each service's day and the verdict of each reading: one step, as each needs the other's day before."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import dagster as dg

from viewcount_pipeline.derived import BELOW_THE_LOG, OWNERS, refuse_past_retention, show_on, table_metadata
from viewcount_pipeline.judging import VERDICTS, judge_day_apart, link_days
from viewcount_pipeline.partitions import DAILY, each_day
from viewcount_pipeline.pictures import bars
from viewcount_pipeline.resources import Postgres

SERVICE_DAYS = "service_days"


def _spec(table: str, dependency: str, description: str) -> dg.AssetSpec:
    return dg.AssetSpec(
        table,
        deps=[dependency],
        description=description,
        partitions_def=DAILY,
        group_name="verdicts",
        kinds={"postgres"},
        owners=OWNERS,
        metadata=table_metadata(table),
    )


@dg.multi_asset(
    name="verdicts",
    specs=[
        _spec(
            SERVICE_DAYS,
            "view_count_observations",
            "Whether a service's day may be published, and how much of it was read. What may be published is decided "
            "by this table, not by which run got how far: every later step, rebuilds included, obeys the gate. Only "
            "today's catalog is known, so a past day keeps the number of tracks it had.",
        ),
        _spec(
            VERDICTS,
            SERVICE_DAYS,
            "A verdict for every count that was read: accepted, held until a later day's reading decides, rejected or "
            "ignored, with the rule that decided. A failure has no verdict: it never was a number.",
        ),
    ],
    backfill_policy=dg.BackfillPolicy.single_run(),
    pool=BELOW_THE_LOG,
)
def verdicts(context: dg.AssetExecutionContext, postgres: Postgres) -> Iterator[dg.MaterializeResult]:
    """Judge each day from the states after the day before it, and later days as far as they change with it."""
    days = list(each_day(context))
    refuse_past_retention(postgres, days)
    limits = postgres.settings
    linked = [*link_days(postgres.derivation, days[0], limits)]
    for day in days:
        _show(context, day, judge_day_apart(postgres.database, postgres.derivation, day, limits))
    linked += link_days(postgres.derivation, None, limits)
    with postgres.transaction() as tx:
        readings = tx.rows("pipeline/readings_by_day", day=days[-1])
    show_on(context, days[-1], {"readings": bars(readings, "tracks", "no readings yet")}, SERVICE_DAYS)
    show_on(context, days[-1], _linked(linked, days[-1]), VERDICTS)
    yield dg.MaterializeResult(asset_key=SERVICE_DAYS)
    yield dg.MaterializeResult(asset_key=VERDICTS)


def _show(context: dg.AssetExecutionContext, day: date, figures: dict[str, int]) -> None:
    """One day of both tables."""
    services = {"dagster/row_count": figures["services"], "rows_changed": figures["services_changed"]}
    show_on(context, day, services, SERVICE_DAYS)
    judged = {"dagster/row_count": figures["rows"], "rows_changed": figures["rows_changed"]}
    show_on(context, day, judged, VERDICTS)


def _linked(linked: list[tuple[date, dict[str, int]]], last: date) -> dict[str, Any]:
    """What was judged again beyond the days asked for."""
    return {
        "rebuilt_to": max([last, *(day for day, _ in linked)]).isoformat(),
        "later_rows_corrected": sum(figures["rows_changed"] for _, figures in linked),
    }
