"""Daily growth of each track on each service."""

from datetime import date
from typing import Any

import dagster as dg

from viewcount_core.database import Transaction
from viewcount_pipeline.changed_verdicts import take_up
from viewcount_pipeline.derived import day_by_day, derived_asset, show_on
from viewcount_pipeline.pictures import bars
from viewcount_pipeline.resources import Postgres


@derived_asset("historical_view_counts", group="growth", deps=["daily_snapshots"])
def daily_deltas(context: dg.AssetExecutionContext, postgres: Postgres) -> None:
    """This snapshot minus the latest earlier one, with the days between them.

    Safe to re-run: unchanged rows are not rewritten. Rebuilding a day also corrects the next recorded days.
    """
    last = day_by_day(context, postgres, _measure)
    with postgres.transaction() as tx:
        later_days = [row["day"] for row in tx.rows("pipeline/recorded_days_after", day=last)]
    corrected = sum(_correct(postgres, day) for day in later_days)
    with postgres.derivation() as tx:
        corrected += take_up(tx, "pipeline/measure_changed_verdicts")["rows_changed"]
        largest = tx.rows("pipeline/largest_daily_deltas", day=last, first=10)
    show_on(
        context,
        last,
        {
            "largest_growth": bars(largest, "growth", "no growth known yet"),
            "rebuilt_to": (later_days or [last])[-1].isoformat(),
            "later_rows_corrected": corrected,
        },
    )


def _measure(tx: Transaction, day: date) -> dict[str, Any]:
    return tx.row("pipeline/update_daily_deltas", day=day)


def _correct(postgres: Postgres, day: date) -> int:
    with postgres.derivation() as tx:
        return int(_measure(tx, day)["rows_changed"])
