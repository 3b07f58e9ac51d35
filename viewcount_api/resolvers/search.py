"""The query `searchTracks`."""

from typing import Any

from graphql import GraphQLResolveInfo

from viewcount_api.context import Context
from viewcount_api.errors import bad_input
from viewcount_api.paging import page_size
from viewcount_api.reading.tracks import Track
from viewcount_api.resolvers.query import load_tracks, query
from viewcount_core.search_words import words_of

LONGEST_TEXT = 200
MOST_WORDS = 10


@query.field("searchTracks")
async def resolve_search(_: Any, info: GraphQLResolveInfo, *, text: str, first: int) -> list[Track]:
    """Exact titles, then tracks that have a word beginning like each of the text; nothing for a text without words."""
    context: Context = info.context
    size = page_size(context.settings, first)
    if len(text) > LONGEST_TEXT:
        raise bad_input(f"text: {len(text)} characters are too many to look for: at most {LONGEST_TEXT}.")
    words = words_of(text)
    if not words:
        return []
    rows = await context.store.rows("api/search_tracks", title=" ".join(words), words=_query(words), rows=size)
    tracks = await load_tracks(info, [row["isrc"] for row in rows])
    return [track for track in tracks if track]


def _query(words: list[str]) -> str:
    """A tsquery; words hold nothing but letters and digits, so quotes are all they need."""
    return " & ".join(f"'{word}':*" for word in list(dict.fromkeys(words))[:MOST_WORDS])
