"""Today's counts on YouTube."""

import dagster as dg

from viewcount_core.records import Service
from viewcount_pipeline.assets.service_observations import observations_asset, observe
from viewcount_pipeline.resources import Postgres


@observations_asset(Service.YOUTUBE, kinds={"youtube"})
def youtube_observations(context: dg.AssetExecutionContext, postgres: Postgres) -> dg.MaterializeResult:
    """How often each track was played on YouTube so far, asked for today.

    Asked through the YouTube Data API, 50 videos a call. A removed or hidden video is an answer and has no number.
    Only today can be asked for: a missed day is lost.
    """
    return observe(context, postgres, Service.YOUTUBE)
