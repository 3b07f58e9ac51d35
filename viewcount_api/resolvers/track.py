"""The fields of a track, out of its entries."""

from collections.abc import Awaitable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import orjson
from ariadne import ObjectType
from graphql import GraphQLResolveInfo

from viewcount_api.context import Context
from viewcount_api.errors import bad_input
from viewcount_api.reading.histories import Day, Histories, Span
from viewcount_api.reading.tracks import ServiceViewCounts, Track
from viewcount_api.resolvers.changes import change_over
from viewcount_api.windows import Window
from viewcount_core.cache_keys import COUNT, FACTS, HISTORY, VIEW_DATA
from viewcount_core.published import HISTORY_DAYS
from viewcount_core.records import Service

YOUTUBE_PAGE = "https://www.youtube.com/watch?v="
SPOTIFY_PAGE = "https://open.spotify.com/track/"

track = ObjectType("Track")
service_view_counts = ObjectType("ServiceViewCounts")
totals = ObjectType("Totals")
daily_count = ObjectType("DailyCount")

# There are thousands of these in an answer, and looking a key up is quicker than graphql-core's own way to a value.
daily_count.set_field("date", lambda day, _: day["date"])
daily_count.set_field("count", lambda day, _: day["count"])
daily_count.set_field("delta", lambda day, _: day["delta"])
daily_count.set_field("deltaDays", lambda day, _: day["delta_days"])
daily_count.set_field("quality", lambda day, _: day["quality"])


@track.field("viewCountDataJson")
def resolve_view_count_data(found: Track, _: GraphQLResolveInfo) -> orjson.Fragment:
    """The stored JSON, put into the answer as it is."""
    return orjson.Fragment(found.raw(VIEW_DATA))


@track.field("viewCounts")
def resolve_view_counts(
    found: Track, _: GraphQLResolveInfo, *, services: Sequence[Service] | None = None
) -> list[ServiceViewCounts]:
    """The wanted services that have a count."""
    wanted = Service if services is None else dict.fromkeys(services)
    counts = ((service, found.decoded(COUNT, service)) for service in wanted)
    return [ServiceViewCounts(found, service, count) for service, count in counts if count]


@track.field("title")
@track.field("artist")
@track.field("album")
@track.field("active")
def resolve_fact(found: Track, info: GraphQLResolveInfo) -> Any:
    """What the catalog says under the field's name."""
    return found.decoded(FACTS)[info.field_name]


@track.field("youtubeUrl")
def resolve_youtube_url(found: Track, _: GraphQLResolveInfo) -> str | None:
    """Link to the video."""
    video_id = found.decoded(FACTS)["youtube_video_id"]
    return f"{YOUTUBE_PAGE}{video_id}" if video_id else None


@track.field("spotifyUrl")
def resolve_spotify_url(found: Track, _: GraphQLResolveInfo) -> str | None:
    """Link to the track's page."""
    track_id = found.decoded(FACTS)["spotify_track_id"]
    return f"{SPOTIFY_PAGE}{track_id}" if track_id else None


@track.field("total")
def resolve_total(found: Track, _: GraphQLResolveInfo) -> dict[str, Any] | None:
    """All services together."""
    total: dict[str, Any] | None = found.decoded(FACTS)["total"]
    return total


@totals.field("change")
def resolve_total_change(total: dict[str, Any], _: GraphQLResolveInfo, *, window: Window) -> dict[str, Any] | None:
    """Over the services that have something to compare with."""
    return change_over(window, total["changes"])


@service_view_counts.field("current")
def resolve_current(counts: ServiceViewCounts, _: GraphQLResolveInfo) -> int:
    """The newest count."""
    return int(counts.count["current"])


@service_view_counts.field("lastUpdated")
def resolve_last_updated(counts: ServiceViewCounts, _: GraphQLResolveInfo) -> str:
    """When it was read."""
    return str(counts.count["last_updated"])


@service_view_counts.field("change")
def resolve_change(counts: ServiceViewCounts, _: GraphQLResolveInfo, *, window: Window) -> dict[str, Any] | None:
    """Up to the newest count."""
    return change_over(window, counts.track.decoded(FACTS)["changes"].get(counts.service.key, {}))


@service_view_counts.field("history")
def resolve_history(
    counts: ServiceViewCounts, info: GraphQLResolveInfo, *, days: int
) -> list[Day] | Awaitable[list[Day]]:
    """The recorded days of the last `days` before that of the newest count."""
    context: Context = info.context
    longest = context.settings.api_max_history_days
    if not 1 <= days <= longest:
        raise bad_input(f"days may be 1 to {longest}.")
    newest = datetime.fromisoformat(counts.count["last_updated"]).date()
    first = newest - timedelta(days=days)
    if days <= HISTORY_DAYS:
        return _since(first, counts.track.decoded(HISTORY, counts.service))
    span = Span(counts.track.isrc, counts.service, first, newest - timedelta(days=1))
    return _within(span, context.histories.add(span))


async def _within(span: Span, reading: Awaitable[Histories]) -> list[Day]:
    return _since(span.first, (await reading).get((span.isrc, span.service), []))


def _since(first: date, days: list[Day]) -> list[Day]:
    earliest = first.isoformat()
    return [day for day in days if day["date"] >= earliest]
