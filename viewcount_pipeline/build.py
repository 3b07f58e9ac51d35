"""Puts the code location together; tests and other deployments may replace its resources."""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from viewcount_core.settings import load_settings
from viewcount_pipeline.check_results import build_asset_checks
from viewcount_pipeline.freshness import ASSETS, FRESHNESS_JOB, build_freshness_checks
from viewcount_pipeline.jobs import JOBS
from viewcount_pipeline.resources import Postgres
from viewcount_pipeline.schedules import build_schedules
from viewcount_pipeline.sensors import alerts


def build_defs(resource_overrides: Mapping[str, Any] | None = None) -> dg.Definitions:
    """Everything of this project that Dagster shows. Raise `ConfigurationError` for a wrong setting."""
    return dg.Definitions(
        assets=ASSETS,
        asset_checks=[*build_asset_checks(), *build_freshness_checks(load_settings())],
        jobs=[*JOBS, FRESHNESS_JOB],
        schedules=build_schedules(),
        sensors=[alerts],
        resources={"postgres": Postgres(), **(resource_overrides or {})},
        # Steps take milliseconds below the log; a process for each would cost more than a second.
        executor=dg.in_process_executor,
    )
