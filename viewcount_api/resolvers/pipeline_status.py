"""The query `pipelineStatus`."""

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLResolveInfo

from viewcount_api.context import Context
from viewcount_api.resolvers.instants import instant
from viewcount_api.resolvers.query import query
from viewcount_core import clock
from viewcount_core.records import Service


@query.field("pipelineStatus")
async def resolve_pipeline_status(_: Any, info: GraphQLResolveInfo) -> dict[str, Any]:
    """As PostgreSQL has it now."""
    context: Context = info.context
    channels = [channel.name for channel in context.settings.alert_urls]
    rows = await context.store.rows("api/pipeline_status", channels=channels)
    return {
        "services": [_service_status(row) for row in rows],
        "generation": rows[0]["generation"],
        "published_at": instant(rows[0]["published_at"]),
        "undelivered_alerts": rows[0]["undelivered_alerts"],
        "world": context.settings.world,
    }


def _service_status(row: Mapping[str, Any]) -> dict[str, Any]:
    last_success = row["last_success"]
    age = int((clock.utc_now() - last_success).total_seconds()) if last_success else None
    return {
        "service": Service(row["service_id"]),
        "last_run": instant(row["last_run"]),
        "last_success": instant(last_success),
        "coverage": row["coverage"],
        "freshness_seconds": age,
        "gate": row["gate"],
        "gate_reason": row["gate_reason"],
        "held_readings": row["held_readings"],
        "open_anomalies": row["open_anomalies"],
    }
