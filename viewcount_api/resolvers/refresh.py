"""The mutation `refreshViewCounts`."""

from collections.abc import Sequence
from typing import Any

from ariadne import MutationType
from graphql import GraphQLResolveInfo

from viewcount_api.context import Context
from viewcount_api.reading.loaders import track_of
from viewcount_api.resolvers.query import refuse_long_list
from viewcount_core.cache_keys import KINDS

mutation = MutationType()


@mutation.field("refreshViewCounts")
async def resolve_refresh(_: Any, info: GraphQLResolveInfo, *, isrcs: Sequence[str]) -> dict[str, Any]:
    """Read again, and say which of the ISRCs were known."""
    context: Context = info.context
    refuse_long_list(context, isrcs)
    entries = await context.store.refresh(isrcs)
    tracks = {isrc: track_of(isrc, entries, KINDS) for isrc in isrcs}
    return {
        "refreshed": [isrc for isrc, found in tracks.items() if found],
        "unknown": [isrc for isrc, found in tracks.items() if not found],
        "tracks": [tracks[isrc] for isrc in isrcs],
    }
