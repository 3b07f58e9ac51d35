"""Rows become exactly the entries that the cache keeps and readers see."""

from datetime import UTC, datetime

import orjson
import pytest

from viewcount_core.published import WINDOW_DAYS, encode

ISRC = "USUM71234567"
COUNTED = {
    "isrc": ISRC,
    "is_known": True,
    "title": "Título",
    "artist": None,
    "album": None,
    "youtube_video_id": "dQw4w9WgXcQ",
    "spotify_track_id": None,
    "active": True,
    "service_id": 2,
    "view_count": 123456,
    "last_updated": datetime(2025, 1, 15, 10, 30, tzinfo=UTC),
    "days": '{"date":"2025-01-14","count":123000,"delta":500}',
    "judged_days": '{"date":"2025-01-14","count":123000,"delta":500,"delta_days":3,"quality":"ok"}',
    "generation": 4,
    "total_count": None,
    "total_updated": None,
    **{
        f"{of_total}{name}_{days}": None
        for of_total in ("", "total_")
        for name in ("change", "percentage")
        for days in WINDOW_DAYS
    },
}
WITHOUT_COUNT = COUNTED | dict.fromkeys(("service_id", "view_count", "last_updated", "days", "judged_days"))
ONLY_CURRENT = COUNTED | dict.fromkeys(("days", "judged_days"))


def encoded(*rows):
    return {entry.key: entry.value for entry in encode(rows).entries}


def test_a_track_with_a_count_has_every_kind_of_entry():
    assert encoded(COUNTED) == {
        f"gql_view_data:{ISRC}": (
            b'{"spotify":{"current":123456,"last_updated":"2025-01-15T10:30:00Z","historical":['
            b'{"date":"2025-01-14","count":123000,"delta":500}]}}'
        ),
        f"track_facts:{ISRC}": (
            '{"title":"Título","artist":null,"album":null,"youtube_video_id":"dQw4w9WgXcQ",'
            '"spotify_track_id":null,"active":true,"changes":{"spotify":{}},"total":null}'
        ).encode(),
        f"view_count:{ISRC}:youtube": b"{}",
        f"view_count:{ISRC}:spotify": b'{"current":123456,"last_updated":"2025-01-15T10:30:00Z"}',
        f"historical_views:{ISRC}:youtube": b"[]",
        f"historical_views:{ISRC}:spotify": (
            b'[{"date":"2025-01-14","count":123000,"delta":500,"delta_days":3,"quality":"ok"}]'
        ),
    }


def test_services_stand_in_the_order_of_their_names_whatever_the_order_of_rows():
    value = encoded(ONLY_CURRENT | {"service_id": 1}, ONLY_CURRENT)[f"gql_view_data:{ISRC}"]
    assert list(orjson.loads(value)) == ["spotify", "youtube"]


def test_a_count_without_recorded_days_has_an_empty_history():
    assert orjson.loads(encoded(ONLY_CURRENT)[f"gql_view_data:{ISRC}"])["spotify"]["historical"] == []


def test_a_known_track_without_any_count_is_empty_and_an_unknown_one_null():
    assert encoded(WITHOUT_COUNT)[f"gql_view_data:{ISRC}"] == b"{}"
    assert set(encoded(WITHOUT_COUNT | {"is_known": False}).values()) == {b"null"}


@pytest.mark.parametrize("count", [0, 2**31, 2**53 - 1, 2**63 - 1])
def test_counts_are_exact_at_any_size(count):
    value = encoded(ONLY_CURRENT | {"view_count": count})[f"view_count:{ISRC}:spotify"]
    assert orjson.loads(value)["current"] == count


def test_the_generation_is_that_of_the_rows():
    assert encode([COUNTED]).generation == 4
    assert encode([]).entries == []


def test_rows_of_several_tracks_are_kept_apart():
    assert len(encoded(COUNTED, WITHOUT_COUNT | {"isrc": "USUM71234568"})) == 12
