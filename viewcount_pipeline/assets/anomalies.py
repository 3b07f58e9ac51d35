"""What went wrong with which track, since when, and whether it is over."""

import dagster as dg

from viewcount_pipeline.anomalies import ANOMALIES, derive_anomalies
from viewcount_pipeline.derived import derived_asset, refuse_past_retention, show_on
from viewcount_pipeline.partitions import each_day
from viewcount_pipeline.pictures import bars
from viewcount_pipeline.resources import Postgres


@derived_asset(ANOMALIES, group="verdicts", deps=["count_verdicts"])
def anomalies(context: dg.AssetExecutionContext, postgres: Postgres) -> None:
    """Flagged readings and absences of a track put together: one row from the first to the last day of one trouble.

    It is open until a later reading or a person ends it, and says how it ended. A run works out all that its days or
    later ones have a part in.
    """
    days = list(each_day(context))
    refuse_past_retention(postgres, days)
    with postgres.derivation() as tx:
        figures = derive_anomalies(tx, days[0])
        still_open = tx.rows("pipeline/open_anomalies")
    show_on(
        context,
        days[-1],
        {
            "dagster/row_count": figures["rows"],
            "rows_changed": figures["rows_changed"],
            "open": bars(still_open, "tracks", "nothing is open"),
        },
    )
