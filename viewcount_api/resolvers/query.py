"""The fields of `Query`."""

from collections.abc import Sequence
from typing import Any

from ariadne import QueryType
from graphql import GraphQLResolveInfo

from viewcount_api.context import Context
from viewcount_api.errors import bad_input
from viewcount_api.reading.selection import kinds_needed
from viewcount_api.reading.tracks import Track
from viewcount_core.records import Service

query = QueryType()


@query.field("track")
async def resolve_track(_: Any, info: GraphQLResolveInfo, *, isrc: str) -> Track | None:
    """One track."""
    (track,) = await load_tracks(info, [isrc])
    return track


@query.field("tracks")
async def resolve_tracks(_: Any, info: GraphQLResolveInfo, *, isrcs: Sequence[str]) -> list[Track | None]:
    """Many tracks, in order."""
    refuse_long_list(info.context, isrcs)
    return await load_tracks(info, isrcs)


@query.field("services")
def resolve_services(_: Any, info: GraphQLResolveInfo) -> list[dict[str, Any]]:
    """All services, whether or not they are asked at present."""
    context: Context = info.context
    return [
        {"name": each, "display_name": each.label, "enabled": context.settings.is_enabled(each)} for each in Service
    ]


async def load_tracks(info: GraphQLResolveInfo, isrcs: Sequence[str]) -> list[Track | None]:
    """The tracks with the entries that the query selects."""
    context: Context = info.context
    return await context.loader.load_many(isrcs, kinds_needed(info))


def refuse_long_list(context: Context, isrcs: Sequence[str]) -> None:
    """Raise `GraphQLError` when there are more ISRCs than one list may hold."""
    limit = context.settings.api_max_isrcs
    if len(isrcs) > limit:
        raise bad_input(f"{len(isrcs)} ISRCs are too many: a list may hold {limit}.")
