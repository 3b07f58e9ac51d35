"""The sensor that looks for trouble and tells of it; it starts no run."""

import logging

import dagster as dg

from viewcount_core.errors import ViewcountError
from viewcount_pipeline.alerting import look_and_tell
from viewcount_pipeline.resources import Postgres

logger = logging.getLogger(__name__)

INTERVAL_SECONDS = 30


@dg.sensor(
    name="alerts",
    minimum_interval_seconds=INTERVAL_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Looks at finished runs, their checks and the state of things, and tells the channels of ALERT_URLS.",
)
def alerts(context: dg.SensorEvaluationContext, postgres: Postgres) -> dg.SkipReason:
    """Look once and deliver what is due; whatever goes wrong with that is tried again at the next tick."""
    try:
        told = look_and_tell(context.instance, postgres.database, postgres.settings)
    except ViewcountError as error:
        logger.error("alerts_wait reason=%s", error)
        return dg.SkipReason(f"tried again in {INTERVAL_SECONDS} s: {error}")
    return dg.SkipReason(f"{told.runs} runs looked at, {told.deliveries} messages delivered")
