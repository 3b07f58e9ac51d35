"""What all assets below the log have in common: one partitioning, one place at a time, one transaction a day."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import dagster as dg

from viewcount_core.database import Transaction
from viewcount_pipeline.columns import column_schema
from viewcount_pipeline.failures import dagster_failures
from viewcount_pipeline.partitions import DAILY, each_day
from viewcount_pipeline.resources import Postgres
from viewcount_pipeline.retention import refuse_expired

# Single-run backfills are what makes a rebuild one run; Dagster still calls them beta.
warnings.filterwarnings("ignore", "Parameter `backfill_policy`", dg.BetaWarning)
# Without a partitioning the result of a check belongs to no day; Dagster still calls that a preview.
warnings.filterwarnings("ignore", "Specifying a partitions_def on an AssetCheckSpec", dg.PreviewWarning)

OWNERS = ["team:music-data"]
BELOW_THE_LOG = "below_the_log"


AssetDecorator = Callable[[Callable[..., Any]], dg.AssetsDefinition]


def derived_asset(table: str, *, group: str, deps: Sequence[str]) -> AssetDecorator:
    """Decorator for an asset that fills `table` from what is stored already."""
    return dg.asset(
        deps=deps,
        partitions_def=DAILY,
        backfill_policy=dg.BackfillPolicy.single_run(),
        pool=BELOW_THE_LOG,
        group_name=group,
        kinds={"postgres"},
        owners=OWNERS,
        metadata=table_metadata(table),
    )


def table_metadata(table: str) -> dict[str, Any]:
    """The table behind an asset, with its columns."""
    return {"dagster/table_name": table, "dagster/column_schema": column_schema(table)}


def day_by_day(
    context: dg.AssetExecutionContext,
    postgres: Postgres,
    write: Callable[[Transaction, date], dict[str, Any]],
    *,
    newest_first: bool = False,
) -> date:
    """Run `write` for each day of this run in a transaction of its own, show its figures on that day; return the last.

    `write` returns `rows`, how many the day has, and `rows_changed`.
    """
    days = list(each_day(context))
    refuse_past_retention(postgres, days)
    for day in sorted(days, reverse=newest_first):
        with postgres.derivation() as tx:
            figures = write(tx, day)
        show_on(context, day, {"dagster/row_count": figures["rows"], "rows_changed": figures["rows_changed"]})
    return days[-1]


def refuse_past_retention(postgres: Postgres, days: Sequence[date]) -> None:
    """Fail for days whose log is gone."""
    with dagster_failures():
        refuse_expired(postgres.database, days)


def show_on(
    context: dg.AssetExecutionContext, day: date, figures: Mapping[str, Any], asset_key: str | None = None
) -> None:
    """Show figures on one day of a run that may be over many; of one asset, where the step has several."""
    context.add_asset_metadata(figures, asset_key=asset_key, partition_key=day.isoformat())
