"""Which readings are believed."""

from datetime import date
from typing import Any

import dagster as dg

from viewcount_core.database import Transaction
from viewcount_pipeline.derived import day_by_day, derived_asset
from viewcount_pipeline.observation_log import ensure_partitions
from viewcount_pipeline.resources import Postgres

VERDICTS = "count_verdicts"


@derived_asset(VERDICTS, group="verdicts", deps=["service_days"])
def count_verdicts(context: dg.AssetExecutionContext, postgres: Postgres) -> None:
    """A verdict for every count that was read: accepted, unless it is negative or above 2^53.

    A failure has no verdict: it never was a number.
    """
    day_by_day(context, postgres, _judge)


def _judge(tx: Transaction, day: date) -> dict[str, Any]:
    ensure_partitions(tx, VERDICTS, day, day)
    return tx.row("pipeline/upsert_count_verdicts", day=day)
