"""What runs together: the catalog, each service with everything below it, a rebuild from the log, the retention."""

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from viewcount_core import clock
from viewcount_core.records import Service
from viewcount_pipeline.derived import BELOW_THE_LOG
from viewcount_pipeline.failures import dagster_failures
from viewcount_pipeline.freshness import FRESHNESS
from viewcount_pipeline.resources import Postgres
from viewcount_pipeline.retention import remove_expired

REBUILT = dg.AssetSelection.assets("view_count_observations").downstream()


def _job(name: str, selection: dg.AssetSelection, description: str) -> UnresolvedAssetJobDefinition:
    return dg.define_asset_job(name, selection - FRESHNESS, description=description)


# Apart from the services: a catalog that cannot be read must not cost a day's counts.
CATALOG_JOB = _job("load_catalog", dg.AssetSelection.assets("track_catalog"), "Loads the track catalog.")

SERVICE_JOBS = {
    service: _job(
        f"count_{service.key}",
        dg.AssetSelection.assets(f"{service.key}_observations") | REBUILT,
        f"Asks {service.label} for what today lacks, and publishes it.",
    )
    for service in Service
}

REBUILD_JOB = _job("rebuild", REBUILT, "Works out all numbers of some days anew from the stored log, in one run.")


@dg.op(pool=BELOW_THE_LOG)
def remove_expired_counts(context: dg.OpExecutionContext, postgres: Postgres) -> None:
    """Removes observations, verdicts, snapshots and current counts that are older than the service's retention."""
    with dagster_failures():
        kept = remove_expired(postgres.database, postgres.settings, clock.utc_now().date())
    context.add_output_metadata({f"{service.key}_kept_from": day.isoformat() for service, day in kept.items()})


@dg.job(name="apply_retention", description="Removes what is older than YOUTUBE_ and SPOTIFY_RETENTION_DAYS.")
def apply_retention() -> None:
    """Retention is a job of its own: it belongs to no day."""
    remove_expired_counts()


JOBS: list[dg.JobDefinition | UnresolvedAssetJobDefinition] = [
    CATALOG_JOB,
    *SERVICE_JOBS.values(),
    REBUILD_JOB,
    apply_retention,
]
