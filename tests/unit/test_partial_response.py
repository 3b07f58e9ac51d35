"""Google's fields parameter."""

import pytest

from viewcount_local.emulators.partial_response import InvalidFields, parse_fields, select

BODY = {"kind": "list", "items": [{"id": "a", "etag": "x", "statistics": {"viewCount": "1", "likeCount": "2"}}]}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param("kind", {"kind": "list"}, id="a-name"),
        pytest.param("items/id", {"items": [{"id": "a"}]}, id="a-path"),
        pytest.param(
            "items(id,statistics/viewCount)", {"items": [{"id": "a", "statistics": {"viewCount": "1"}}]}, id="ours"
        ),
        pytest.param("items(id),kind", {"items": [{"id": "a"}], "kind": "list"}, id="a-list"),
        pytest.param("*", BODY, id="all"),
        pytest.param("nextPageToken", {}, id="an-absent-name"),
    ],
)
def test_only_what_was_asked_for_is_sent(fields: str, expected: object) -> None:
    assert select(BODY, parse_fields(fields)) == expected


@pytest.mark.parametrize("fields", ["items(id", "items)", "a,,b", "(a)", "a b", "items/", ","])
def test_fields_that_cannot_be_read_are_refused(fields: str) -> None:
    with pytest.raises(InvalidFields):
        parse_fields(fields)
