"""Keys and lifetimes are those other systems and operators rely on."""

import pytest

from viewcount_core.cache_keys import COUNT, FACTS, HISTORY, KINDS, VIEW_DATA, is_entry, keys_of, lifetime_seconds
from viewcount_core.records import Service

ISRC = "USUM71234567"


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (COUNT.key(ISRC, Service.YOUTUBE), "view_count:USUM71234567:youtube"),
        (HISTORY.key(ISRC, Service.SPOTIFY), "historical_views:USUM71234567:spotify"),
        (VIEW_DATA.key(ISRC), "gql_view_data:USUM71234567"),
    ],
)
def test_a_key_is_spelled_as_specified(key, expected):
    assert key == expected


def test_a_track_has_a_key_of_every_kind_and_service():
    assert len(keys_of(ISRC)) == len(set(keys_of(ISRC))) == 6
    assert all(is_entry(key.encode()) for key in keys_of(ISRC))
    assert not is_entry(b"view_counts_of_somebody_else")


@pytest.mark.parametrize(("kind", "seconds"), [(COUNT, 3600), (HISTORY, 6 * 3600), (VIEW_DATA, 1800), (FACTS, 3600)])
def test_lifetimes_are_spread_below_the_longest(kind, seconds):
    drawn = {lifetime_seconds(kind, b"{}") for _ in range(200)}
    assert seconds * 0.9 <= min(drawn) < max(drawn) <= seconds


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.prefix)
def test_an_unknown_isrc_is_remembered_for_seconds(kind):
    assert 1 <= lifetime_seconds(kind, b"null") <= 30
