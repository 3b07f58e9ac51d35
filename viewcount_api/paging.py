"""Pages of lists: how many rows, where they begin, and how they are told as Relay's connections.

A cursor is the sort key of a row, so that a page begins where the one before ended, whatever was published between.
It is base64 of JSON `[version, list, key, tie]`; `list` names the query and those arguments that decide the order.
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import orjson

from viewcount_api.errors import bad_input
from viewcount_core.settings import Settings

VERSION = 1
LONGEST_CURSOR = 200


class Place(NamedTuple):
    """Where a row stands: the value that the list is sorted by, and what tells rows of one value apart."""

    key: Any
    tie: Any


def page_size(settings: Settings, first: int) -> int:
    """`first` itself; raise `GraphQLError` where that is no size for a page."""
    limit = settings.api_max_first
    if not 1 <= first <= limit:
        raise bad_input(f"first may be 1 to {limit}.")
    return first


def cursor_of(name: str, place: Place) -> str:
    """The cursor of a row of the list `name`."""
    return base64.urlsafe_b64encode(orjson.dumps([VERSION, name, *place])).decode().rstrip("=")


def place_after(cursor: str | None, name: str, start: Place, fits: Callable[[Place], bool]) -> Place:
    """The place a cursor names, `start` without one; raise `GraphQLError` for one that is not of this list.

    `fits` tells whether key and tie are of the types that the list has; `ValueError` and `TypeError` mean that not.
    """
    if cursor is None:
        return start
    try:
        version, of_list, key, tie = _decoded(cursor)
        place = Place(key, tie)
        if (version, of_list) == (VERSION, name) and fits(place) and cursor_of(name, place) == cursor:
            return place
    except (ValueError, TypeError):
        pass
    raise bad_input("after: not a cursor of this list with these arguments; take the endCursor of the page before.")


def connection(name: str, places: Sequence[Place], size: int, edges: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A page out of the places of its rows, and of one more where there is more; `edges` lack their cursors.

    An edge whose node is None is left out: a track that was added just now may still be remembered as unknown.
    """
    cursors = [cursor_of(name, place) for place in places[:size]]
    return {
        "edges": [{"cursor": cursor, **edge} for cursor, edge in zip(cursors, edges, strict=True) if edge["node"]],
        "page_info": {"has_next_page": len(places) > size, "end_cursor": cursors[-1] if cursors else None},
    }


def _decoded(cursor: str) -> list[Any]:
    if len(cursor) > LONGEST_CURSOR:
        raise ValueError("too long for a cursor")
    padded = cursor + "=" * (-len(cursor) % 4)
    try:
        values = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except binascii.Error as error:
        raise ValueError(str(error)) from None
    if not isinstance(values, list):
        raise ValueError("not a list")
    return values
