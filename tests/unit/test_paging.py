"""A cursor leads to its place in its own list and is nothing anywhere else."""

import math
from contextlib import suppress

import pytest
from graphql import GraphQLError
from hypothesis import given
from hypothesis import strategies as st

from viewcount_api.paging import Place, connection, cursor_of, place_after

START = Place(0, "")
KEYS = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False) | st.dates().map(str)


def fits(place: Place) -> bool:
    return isinstance(place.tie, str)


@given(KEYS, st.text(alphabet="ABC123", min_size=1))
def test_a_cursor_leads_to_exactly_its_place(key, tie):
    place = place_after(cursor_of("list:7", Place(key, tie)), "list:7", START, fits)
    assert place == (key, tie)
    assert type(place.key) is type(key)
    assert not isinstance(key, float) or math.copysign(1, place.key) == math.copysign(1, key)
    with pytest.raises(GraphQLError, match="not a cursor of this list"):
        place_after(cursor_of("list:30", Place(key, tie)), "list:7", START, fits)


def test_without_a_cursor_a_list_begins_at_its_start():
    assert place_after(None, "list", START, fits) == START


@given(st.text())
def test_any_text_is_a_cursor_or_refused(text):
    with suppress(GraphQLError):
        place_after(text, "list", START, fits)


def test_another_spelling_of_a_cursor_is_none():
    cursor = cursor_of("list", Place(1, "A"))
    for other in (f"{cursor}=", f" {cursor}", f"{cursor}\n", cursor[:-1]):
        with pytest.raises(GraphQLError):
            place_after(other, "list", START, fits)


def test_a_page_ends_before_the_row_that_tells_of_more():
    places = [Place(3, "A"), Place(2, "B"), Place(1, "C")]
    page = connection("list", places, 2, [{"node": "a"}, {"node": None}])
    assert [edge["node"] for edge in page["edges"]] == ["a"]
    assert page["page_info"] == {"has_next_page": True, "end_cursor": cursor_of("list", places[1])}
