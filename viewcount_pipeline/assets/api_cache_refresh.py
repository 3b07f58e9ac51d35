"""Makes new numbers visible: a new generation, and no old cache entry beside it."""

import dagster as dg

from viewcount_pipeline.derived import derived_asset, show_on
from viewcount_pipeline.partitions import each_day
from viewcount_pipeline.publishing import publish
from viewcount_pipeline.resources import Postgres


@derived_asset("publications", group="publication", deps=["track_trends"])
def api_cache_refresh(context: dg.AssetExecutionContext, postgres: Postgres) -> None:
    """Moves on the generation of what readers see, drops the cache entries that changed, warms the most played.

    Losing the cache makes readers slower, never wrong: what could not be dropped is dropped by the next run.
    """
    with postgres.derivation():
        published = publish(postgres.database, postgres.settings, context.run.run_id)
    *_, last = each_day(context)
    show_on(context, last, {"dagster/row_count": published.generation, **published.figures()})
