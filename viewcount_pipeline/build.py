"""Puts the code location together; tests and other deployments may replace its resources."""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from viewcount_pipeline import assets
from viewcount_pipeline.jobs import JOBS
from viewcount_pipeline.resources import Postgres
from viewcount_pipeline.schedules import build_schedules
from viewcount_pipeline.sensors import alerts


def build_defs(resource_overrides: Mapping[str, Any] | None = None) -> dg.Definitions:
    """Everything of this project that Dagster shows. Raise `ConfigurationError` for a wrong setting."""
    return dg.Definitions(
        assets=dg.load_assets_from_package_module(assets),
        jobs=JOBS,
        schedules=build_schedules(),
        sensors=[alerts],
        resources={"postgres": Postgres(), **(resource_overrides or {})},
        # Steps take milliseconds below the log; a process for each would cost more than a second.
        executor=dg.in_process_executor,
    )
