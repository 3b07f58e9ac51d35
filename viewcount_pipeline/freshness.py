"""Whether every asset has today's partition in time, asked once a day at the deadline.

A run of a service does not ask: before the deadline the question is about yesterday, which a new installation lacks.
"""

import warnings
from collections.abc import Sequence
from datetime import time

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from viewcount_core.settings import Settings
from viewcount_pipeline import assets

# What is to replace it, freshness policies, has no check and no result that could be alerted on.
warnings.filterwarnings("ignore", "Function `build_time_partition_freshness_checks`", dg.SupersessionWarning)

ASSETS = dg.load_assets_from_package_module(assets)
CHECK_NAME = "freshness_check"
FRESHNESS = dg.AssetSelection.checks(
    *(
        dg.AssetCheckKey(key, CHECK_NAME)
        for asset in ASSETS
        if isinstance(asset, dg.AssetsDefinition)
        for key in asset.keys
    )
)
FRESHNESS_JOB: UnresolvedAssetJobDefinition = dg.define_asset_job(
    "check_freshness", FRESHNESS, description="Looks whether every asset has its partition of today."
)


def build_freshness_checks(settings: Settings) -> Sequence[dg.AssetChecksDefinition]:
    """One check an asset, an error from CHECK_FRESH_BY on."""
    return dg.build_time_partition_freshness_checks(
        assets=[asset for asset in ASSETS if isinstance(asset, dg.AssetsDefinition)],
        deadline_cron=_at(settings.check_fresh_by),
        severity=dg.AssetCheckSeverity.ERROR,
    )


def build_freshness_schedule(settings: Settings) -> dg.ScheduleDefinition:
    """Asks at the deadline, every day."""
    return dg.ScheduleDefinition(
        name="check_freshness_daily",
        job=FRESHNESS_JOB,
        cron_schedule=_at(settings.check_fresh_by),
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Looks at CHECK_FRESH_BY whether every asset has its partition of today.",
    )


def _at(moment: time) -> str:
    return f"{moment.minute} {moment.hour} * * *"
