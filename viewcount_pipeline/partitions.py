"""The one partitioning all assets share: UTC days, today included."""

from collections.abc import Iterator
from datetime import date, datetime

import dagster as dg

from viewcount_core import clock
from viewcount_core.errors import InputError
from viewcount_core.settings import load_settings

FIRST_DAY = load_settings().first_date
DAILY = dg.DailyPartitionsDefinition(start_date=datetime.combine(FIRST_DAY, datetime.min.time()), end_offset=1)


def each_day(context: dg.AssetExecutionContext) -> Iterator[date]:
    """The UTC days of this run, earliest first."""
    return (date.fromisoformat(key) for key in context.partition_keys)


def only_today(context: dg.AssetExecutionContext) -> date:
    """Today, when that is all this run was asked for; raise `InputError` otherwise.

    Services tell only what a count is now, so a past day cannot be observed any more.
    """
    today = clock.utc_now().date()
    asked = list(each_day(context))
    if asked != [today]:
        days = asked[0].isoformat() if len(asked) == 1 else f"{asked[0]} to {asked[-1]}"
        raise InputError(
            f"{days}: past counts cannot be fetched, only those of today ({today}); "
            "re-run daily_snapshots and below to rebuild past days from the stored log"
        )
    return today
