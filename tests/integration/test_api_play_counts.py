"""The queries of the TuneMeld front end get what it shows."""

from collections.abc import Iterator

import pytest

from tests.api_catalog import CAFE, CATALOG, HOUR, RAIN, SILENT, UNKNOWN, record
from tests.api_fixtures import Api, running, settings_for
from viewcount_core.database import Database

GET_PLAY_COUNTS = """
query GetPlayCounts($isrcs: [String!]!) { tracksPlayCounts(isrcs: $isrcs) { isrc youtubeCurrentPlayCount spotifyCurrentPlayCount totalCurrentPlayCount
  youtubeCurrentPlayCountAbbreviated spotifyCurrentPlayCountAbbreviated totalCurrentPlayCountAbbreviated totalWeeklyChangePercentage totalWeeklyChangePercentageFormatted } }
"""  # noqa: E501, as the site sends it
SOURCES = ("youtube", "spotify", "total", "appleMusic", "soundcloud")
NAMES = (
    "CurrentPlayCount",
    "WeeklyChangePercentage",
    "UpdatedAt",
    "CurrentPlayCountAbbreviated",
    "WeeklyChangePercentageFormatted",
)
FIELDS = " ".join(f"{source}{name}" for source in SOURCES for name in NAMES)


@pytest.fixture(scope="module")
def api(shared_database: Database, shared_redis_url: str) -> Iterator[Api]:
    record(shared_database, CATALOG)
    with running(settings_for(shared_database, shared_redis_url)) as api:
        yield api


def post(api: Api, isrcs: list[str]) -> list[dict[str, object]]:
    body = {"operationName": "GetPlayCounts", "query": GET_PLAY_COUNTS, "variables": {"isrcs": isrcs}}
    answer = api.client.post("/api/GetPlayCounts/", json=body)
    assert answer.status_code == 200
    return list(answer.json()["data"]["tracksPlayCounts"])


def test_the_sites_query_gets_the_known_tracks_in_order(api):
    for _ in range(2):
        counts = post(api, [RAIN, UNKNOWN, "no isrc", CAFE, SILENT, CAFE])
        assert [each["isrc"] for each in counts] == [RAIN, CAFE, SILENT, CAFE]
        assert counts[1] == {
            "isrc": CAFE,
            "youtubeCurrentPlayCount": 1_240_000.0,
            "spotifyCurrentPlayCount": 560_000.0,
            "totalCurrentPlayCount": 1_800_000.0,
            "youtubeCurrentPlayCountAbbreviated": "1.2M",
            "spotifyCurrentPlayCountAbbreviated": "560.0K",
            "totalCurrentPlayCountAbbreviated": "1.8M",
            "totalWeeklyChangePercentage": pytest.approx(17_500 / 17_825),
            "totalWeeklyChangePercentageFormatted": "+1%",
        }
        assert set(counts[2].values()) == {SILENT, None}


def test_one_track_has_every_name_and_none_for_services_that_are_not_recorded(api):
    counts = api.data(f'{{ trackPlayCount(isrc: "{HOUR.lower()}") {{ isrc {FIELDS} }} }}')["trackPlayCount"]
    assert counts.pop("isrc") == HOUR
    known = ["youtube", "total"]
    for source in SOURCES:
        told = [counts[f"{source}{name}"] for name in NAMES]
        expected = [98_000.0, pytest.approx(100 / 9), "2026-03-02T22:00:00Z", "98.0K", "+11.1%"]
        assert told == (expected if source in known else [None] * 5), source


def test_unknown_and_malformed_codes_are_nothing(api):
    for isrc in (UNKNOWN, "", "x" * 1000, "☃"):
        assert api.data("query ($isrc: String!) { trackPlayCount(isrc: $isrc) { isrc } }", isrc=isrc) == {
            "trackPlayCount": None
        }
    assert post(api, []) == []


def test_long_lists_are_refused(api):
    (error,) = api.errors(GET_PLAY_COUNTS, isrcs=[CAFE] * 201)
    assert error["message"] == "201 ISRCs are too many: a list may hold 200."
