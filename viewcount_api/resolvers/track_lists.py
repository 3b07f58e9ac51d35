"""The lists of tracks: movers, and the most played."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from graphql import GraphQLResolveInfo

from viewcount_api.context import Context
from viewcount_api.paging import Place, connection, page_size, place_after
from viewcount_api.resolvers.changes import change
from viewcount_api.resolvers.query import load_tracks, query
from viewcount_api.scalars import ISRC_FORM
from viewcount_api.windows import Direction, Window
from viewcount_core.records import Service

TOTALS = 0
LARGEST_COUNT = 2**63 - 1
FIRST_MOVER = Place(-math.inf, "")
FIRST_TOP_TRACK = Place(LARGEST_COUNT, "~")  # sorts after every ISRC


@query.field("movers")
async def resolve_movers(
    _: Any,
    info: GraphQLResolveInfo,
    *,
    window: Window,
    direction: Direction,
    first: int,
    service: Service | None = None,
    after: str | None = None,
) -> dict[str, Any]:
    """A page of the tracks that were ranked when counts were last published."""
    context: Context = info.context
    size = page_size(context.settings, first)
    name = f"movers:{_name(service)}:{window.value}:{direction.value}"
    place = place_after(after, name, FIRST_MOVER, _is_mover)
    rows = await context.store.rows(
        "api/movers",
        service_id=service or TOTALS,
        days=window,
        direction=direction.value,
        after_key=place.key,
        after_isrc=place.tie,
        rows=size + 1,
    )
    return await _connection(info, name, rows, size, window)


@query.field("topTracks")
async def resolve_top_tracks(
    _: Any, info: GraphQLResolveInfo, *, first: int, service: Service | None = None, after: str | None = None
) -> dict[str, Any]:
    """A page of the most played tracks."""
    context: Context = info.context
    size = page_size(context.settings, first)
    name = f"topTracks:{_name(service)}"
    place = place_after(after, name, FIRST_TOP_TRACK, _is_top_track)
    bounds = {"after_key": place.key, "after_isrc": place.tie, "rows": size + 1}
    if service is None:
        rows = await context.store.rows("api/top_tracks", **bounds)
    else:
        rows = await context.store.rows("api/top_tracks_by_service", service_id=service, **bounds)
    return await _connection(info, name, rows, size, Window.WEEK)


async def _connection(
    info: GraphQLResolveInfo, name: str, rows: Sequence[Mapping[str, Any]], size: int, window: Window
) -> dict[str, Any]:
    shown = rows[:size]
    tracks = await load_tracks(info, [row["isrc"] for row in shown])
    edges = [
        {"node": track, "change": None if row["change"] is None else change(window, row["change"], row["percentage"])}
        for track, row in zip(tracks, shown, strict=True)
    ]
    return connection(name, [Place(row["sort_key"], row["isrc"]) for row in rows], size, edges)


def _name(service: Service | None) -> str:
    return service.key if service else "total"


def _is_mover(place: Place) -> bool:
    return isinstance(place.key, float) and math.isfinite(place.key) and bool(ISRC_FORM.fullmatch(place.tie))


def _is_top_track(place: Place) -> bool:
    return type(place.key) is int and 0 <= place.key <= LARGEST_COUNT and bool(ISRC_FORM.fullmatch(place.tie))
