"""The tracks to count."""

from typing import Any

import dagster as dg

from viewcount_core.database import Database
from viewcount_pipeline.catalog.reading import read_catalog
from viewcount_pipeline.catalog_choice import choose_catalog
from viewcount_pipeline.derived import OWNERS, table_metadata
from viewcount_pipeline.failures import dagster_failures
from viewcount_pipeline.partitions import DAILY, only_today
from viewcount_pipeline.pictures import table
from viewcount_pipeline.resources import Postgres
from viewcount_pipeline.track_store import CatalogChange, replace_catalog


class CatalogChoice(dg.Config):
    """Which catalog to load, when it is not the configured one."""

    location: str | None = None
    """A path or URL that becomes the catalog of this database."""
    forced: bool = False
    """Accept a catalog that deactivates more than a fifth of the tracks."""


@dg.asset(
    partitions_def=DAILY,
    backfill_policy=dg.BackfillPolicy.single_run(),
    group_name="catalog",
    kinds={"postgres"},
    owners=OWNERS,
    metadata=table_metadata("tracks"),
)
def track_catalog(context: dg.AssetExecutionContext, config: CatalogChoice, postgres: Postgres) -> dg.MaterializeResult:
    """Which recordings are counted, and their pages on each service, as loaded on that day.

    Read from a file, a URL or a table of another PostgreSQL. A row that cannot be used is kept with its reason; a
    track that left the catalog becomes inactive and keeps its history; a catalog that shrank by more than a fifth
    is refused.
    """
    with dagster_failures():
        today = only_today(context)
        settings, database = postgres.settings, postgres.database
        origin = choose_catalog(settings, database, config.location)
        if origin is None:
            return dg.MaterializeResult(metadata=_metadata(database, "tracks imported by hand", CatalogChange()))
        catalog = read_catalog(origin.location, settings.track_catalog_query)
        forced = config.forced or settings.track_catalog_force
        change = replace_catalog(database, catalog, origin, today, forced=forced)
        return dg.MaterializeResult(metadata=_metadata(database, catalog.source, change))


def _metadata(database: Database, source: str, change: CatalogChange) -> dict[str, Any]:
    with database.transaction() as tx:
        active = tx.row("pipeline/active_tracks_by_service")
        rejected = tx.rows("pipeline/latest_rejected_tracks", first=10)
    return {
        "dagster/row_count": active["tracks"],
        "source": source,
        "active_on_youtube": active["youtube"],
        "active_on_spotify": active["spotify"],
        "added": change.added,
        "changed": change.changed,
        "removed": change.removed,
        "rejected": change.rejected,
        "rejected_rows": table(rejected, "no row was rejected"),
    }
