"""What was unusual: of all tracks, of one, and beside a track's numbers."""

from collections.abc import Awaitable, Mapping
from datetime import date
from typing import Any

from ariadne import ObjectType
from graphql import GraphQLResolveInfo

from viewcount_api.context import Context
from viewcount_api.paging import Place, connection, page_size, place_after
from viewcount_api.reading.latest_anomalies import LatestAnomalies, Wanted
from viewcount_api.reading.tracks import Track
from viewcount_api.resolvers.query import query
from viewcount_api.resolvers.track import track
from viewcount_core.records import Service

LARGEST_ID = 2**63 - 1
START = Place(date.max.isoformat(), LARGEST_ID)

anomaly = ObjectType("Anomaly")
anomaly.set_alias("observed", "observed_count")


@anomaly.field("date")
def resolve_date(found: Mapping[str, Any], _: GraphQLResolveInfo) -> str:
    """The day it first showed."""
    return str(found["first_day"].isoformat())


@anomaly.field("service")
def resolve_service(found: Mapping[str, Any], _: GraphQLResolveInfo) -> Service:
    """Where."""
    return Service(found["service_id"])


@query.field("anomalies")
async def resolve_anomalies(
    _: Any,
    info: GraphQLResolveInfo,
    *,
    first: int,
    isrc: str | None = None,
    service: Service | None = None,
    since: date | None = None,
    after: str | None = None,
) -> dict[str, Any]:
    """A page of anomalies, the latest first."""
    context: Context = info.context
    size = page_size(context.settings, first)
    name = f"anomalies:{isrc or ''}:{service.key if service else ''}:{since or ''}"
    place = place_after(after, name, START, _is_anomaly)
    wanted = {
        "service_ids": [service] if service else list(Service),
        "since": since or date.min,
        "after_key": place.key,
        "after_id": place.tie,
        "rows": size + 1,
    }
    if isrc is None:
        rows = await context.store.rows("api/anomalies_by_day", **wanted)
    else:
        rows = await context.store.rows("api/anomalies_by_isrc", isrc=isrc, **wanted)
    places = [Place(row["first_day"].isoformat(), row["anomaly_id"]) for row in rows]
    return connection(name, places, size, [{"node": row} for row in rows[:size]])


@track.field("anomalies")
def resolve_anomalies_of_track(
    found: Track, info: GraphQLResolveInfo, *, first: int
) -> Awaitable[list[dict[str, Any]]]:
    """The latest of one track; one statement serves all tracks of the request."""
    context: Context = info.context
    size = page_size(context.settings, first)
    return _first_of(context.latest_anomalies.add(Wanted(found.isrc, size)), found.isrc, size)


async def _first_of(reading: Awaitable[LatestAnomalies], isrc: str, size: int) -> list[dict[str, Any]]:
    return (await reading)[isrc][:size]


def _is_anomaly(place: Place) -> bool:
    # Python reads dates that PostgreSQL does not, as by week.
    is_date = date.fromisoformat(place.key).isoformat() == place.key
    return is_date and type(place.tie) is int and 0 <= place.tie <= LARGEST_ID
