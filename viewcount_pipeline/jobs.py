"""What runs together: the catalog alone, each service with everything below it, and a rebuild from the log."""

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from viewcount_core.records import Service

REBUILT = dg.AssetSelection.assets("view_count_observations").downstream()


def _job(name: str, selection: dg.AssetSelection, description: str) -> UnresolvedAssetJobDefinition:
    return dg.define_asset_job(name, selection, description=description)


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

JOBS = [CATALOG_JOB, *SERVICE_JOBS.values(), REBUILD_JOB]
