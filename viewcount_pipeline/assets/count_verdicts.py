"""Which readings are believed."""

import dagster as dg

from viewcount_pipeline.derived import day_by_day, derived_asset
from viewcount_pipeline.judging import VERDICTS, judge_readings
from viewcount_pipeline.resources import Postgres


@derived_asset(VERDICTS, group="verdicts", deps=["service_days"])
def count_verdicts(context: dg.AssetExecutionContext, postgres: Postgres) -> None:
    """A verdict for every count that was read: accepted, unless it is negative or above 2^53.

    A failure has no verdict: it never was a number.
    """
    day_by_day(context, postgres, judge_readings)
