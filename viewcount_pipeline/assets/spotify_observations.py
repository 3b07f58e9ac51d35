"""Today's counts on Spotify."""

import dagster as dg

from viewcount_core.records import Service
from viewcount_pipeline.assets.service_observations import observations_asset, observe
from viewcount_pipeline.resources import Postgres


@observations_asset(Service.SPOTIFY, kinds={"spotify", "selenium"})
def spotify_observations(context: dg.AssetExecutionContext, postgres: Postgres) -> dg.MaterializeResult:
    """How often each track was played on Spotify so far, asked for today.

    Read from track and album pages in a real browser, as no public API tells them. A page that cannot be trusted has
    no number.
    Only today can be asked for: a missed day is lost.
    """
    return observe(context, postgres, Service.SPOTIFY)
