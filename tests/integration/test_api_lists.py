"""Lists come in their order, page by page, and every page is found through an index."""

import base64
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import text

from tests.api_catalog import (
    CAFE,
    CATALOG,
    GONE,
    HOUR,
    NEWEST,
    RAIN,
    Recording,
    Series,
    add_anomaly,
    measure,
    record,
    record_example,
)
from tests.api_fixtures import Api, add_tracks, execute, publish, running, settings_for
from tests.derivation import Derivation
from viewcount_core.database import Database
from viewcount_core.queries import load_query
from viewcount_core.records import Service

MOVERS = """query (
    $service: ServiceName, $window: Window! = WEEK, $direction: Direction! = UP, $first: Int! = 20, $after: String
) {
    movers(service: $service, window: $window, direction: $direction, first: $first, after: $after) { ...Page } }"""
TOP = """query ($service: ServiceName, $first: Int! = 20, $after: String) {
    topTracks(service: $service, first: $first, after: $after) { ...Page } }"""
PAGE = """fragment Page on TrackConnection { edges { cursor node { isrc } change { views percentage days } }
    pageInfo { hasNextPage endCursor } }"""
ANOMALIES = """query ($isrc: ISRC, $service: ServiceName, $since: Date, $first: Int! = 50, $after: String) {
    anomalies(isrc: $isrc, service: $service, since: $since, first: $first, after: $after) {
        edges { cursor node { isrc service date kind severity observed expectedLow expectedHigh state } }
        pageInfo { hasNextPage endCursor } } }"""


@pytest.fixture(scope="module")
def api(shared_database: Database, shared_redis_url: str) -> Iterator[Api]:
    record_example(shared_database)
    with running(settings_for(shared_database, shared_redis_url)) as api:
        yield api


def isrcs(connection: dict[str, Any]) -> list[str]:
    return [edge["node"]["isrc"] for edge in connection["edges"]]


def movers(api: Api, **variables: object) -> dict[str, Any]:
    return dict(api.data(MOVERS + PAGE, **variables)["movers"])


def test_movers_are_ranked_by_percent_from_either_end(api):
    by_week = movers(api)
    assert isrcs(by_week) == [HOUR, CAFE, RAIN], "the inactive one is left out, though it grows"
    assert by_week["edges"][0]["change"] == {"views": 9_800, "percentage": pytest.approx(100 / 9), "days": 7}
    assert by_week["pageInfo"]["hasNextPage"] is False
    assert isrcs(movers(api, direction="DOWN")) == [RAIN, CAFE, HOUR]
    assert isrcs(movers(api, service="SPOTIFY", window="MONTH")) == [CAFE, RAIN]
    of_day = movers(api, service="YOUTUBE", window="DAY", direction="DOWN")
    assert [(edge["node"]["isrc"], edge["change"]["views"]) for edge in of_day["edges"]] == [
        (RAIN, 10),
        (CAFE, 2_000),
        (HOUR, 1_400),
    ]
    total_of_day = movers(api, window="DAY")["edges"][1]
    assert total_of_day["change"] == {"views": 2_500, "percentage": pytest.approx(2_500 / 17_975), "days": 1}


def test_a_mover_was_read_within_the_window_and_grew_at_a_known_time(database, redis_url):
    steady = {Service.YOUTUBE: Series(10_000, 100)}
    record(
        database,
        {
            CAFE: Recording("Steady", series=steady),
            HOUR: Recording("Read days ago", series={Service.YOUTUBE: Series(100_000, 1_200, last=3)}),
            GONE: Recording("Read weeks ago", series={Service.YOUTUBE: Series(100_000, 1_100, last=15)}),
            RAIN: Recording("Set anew", series=steady),
        },
    )
    execute(
        database,
        "update historical_view_counts set view_count = view_count + 90000, delta_count = delta_count + 90000, "
        "quality = 'restated' where isrc = :isrc and recorded_date = :day",
        isrc=RAIN,
        day=NEWEST.date() - timedelta(days=2),
    )
    execute(database, "update view_counts set view_count = view_count + 90000 where isrc = :isrc", isrc=RAIN)
    measure(database)
    publish(database, [RAIN])
    with running(settings_for(database, redis_url)) as api:
        by_week = {edge["node"]["isrc"]: edge["change"]["views"] for edge in movers(api)["edges"]}
        assert by_week == {HOUR: 8_400, CAFE: 700, RAIN: 700}
        by_month = isrcs(movers(api, window="MONTH"))
        assert (by_month[:2], set(by_month[2:])) == ([HOUR, GONE], {CAFE, RAIN})
        assert isrcs(movers(api, window="DAY")) == [CAFE, RAIN]


def test_top_tracks_are_the_active_ones_with_the_highest_counts(api):
    top = api.data(TOP + PAGE)["topTracks"]
    assert isrcs(top) == [CAFE, HOUR, RAIN]
    assert top["edges"][0]["change"] == {"views": 17_500, "percentage": pytest.approx(17_500 / 17_825), "days": 7}
    assert isrcs(api.data(TOP + PAGE, service="SPOTIFY")["topTracks"]) == [CAFE, RAIN]


def test_nodes_carry_everything_a_track_has(api):
    query = """{ topTracks(first: 1) { edges { node { title active total { current } anomalies { kind }
        viewCounts { service current change { views } history(days: 40) { date } } } } } }"""
    (edge,) = api.data(query)["topTracks"]["edges"]
    assert (edge["node"]["title"], edge["node"]["total"]["current"]) == ("Café del Mar", 1_800_000)
    assert [len(counts["history"]) for counts in edge["node"]["viewCounts"]] == [39, 39]
    assert edge["node"]["anomalies"] == [{"kind": "spike"}]


def test_anomalies_are_told_latest_first_without_numbers_that_are_not_believed(api):
    page = api.data(ANOMALIES)["anomalies"]
    assert [edge["node"] for edge in page["edges"]] == [
        {
            "isrc": RAIN,
            "service": "YOUTUBE",
            "date": "2026-03-02",
            "kind": "zero",
            "severity": "error",
            "observed": None,
            "expectedLow": 7_600,
            "expectedHigh": 7_700,
            "state": "open",
        },
        {
            "isrc": CAFE,
            "service": "YOUTUBE",
            "date": "2026-02-20",
            "kind": "spike",
            "severity": "warning",
            "observed": 1_220_000,
            "expectedLow": 1_200_000,
            "expectedHigh": 1_219_000,
            "state": "closed",
        },
    ]
    for only, kinds in (
        ({"isrc": CAFE}, ["spike"]),
        ({"isrc": CAFE, "since": "2026-02-21"}, []),
        ({"since": "2026-02-21"}, ["zero"]),
        ({"since": "2026-02-20", "service": "YOUTUBE"}, ["zero", "spike"]),
        ({"service": "SPOTIFY"}, []),
        ({"isrc": RAIN, "service": "YOUTUBE"}, ["zero"]),
    ):
        told = api.data(ANOMALIES, **only)["anomalies"]["edges"]
        assert [edge["node"]["kind"] for edge in told] == kinds, only


def test_a_reading_that_was_believed_later_is_told_in_its_anomaly(database, redis_url):
    record(database, {CAFE: CATALOG[CAFE]})
    add_anomaly(database, CAFE, "jump", date(2026, 3, 1), severity="error", observed=1_238_000)
    add_anomaly(database, CAFE, "jump", date(2026, 2, 20), severity="error", observed=1_238_000)
    with running(settings_for(database, redis_url)) as api:
        told = api.data(ANOMALIES)["anomalies"]["edges"]
    assert [edge["node"]["observed"] for edge in told] == [1_238_000, None]


EVERYTHING = f"""{{
    topTracks {{ ...Page }} movers {{ ...Page }} day: movers(window: DAY) {{ ...Page }}
    down: movers(direction: DOWN, service: YOUTUBE) {{ ...Page }}
    searchTracks(text: "title") {{ title total {{ current change {{ views }} }} viewCountDataJson
        anomalies {{ kind observed }}
        viewCounts {{ current change(window: DAY) {{ views }} history(days: 31) {{ count delta }} }} }}
    anomalies {{ edges {{ node {{ kind observed }} }} }}
    trackPlayCount(isrc: "{CAFE}") {{ totalCurrentPlayCount youtubeCurrentPlayCount totalWeeklyChangePercentage }}
}}"""


@pytest.mark.parametrize("wrong", [777_777, 3_333])
def test_a_reading_that_is_held_is_told_by_no_field(database, redis_url, wrong):
    add_tracks(database, [CAFE])
    execute(database, "update tracks set search_text = 'title'")
    derivation = Derivation(database)
    for number in range(12):
        derivation.observe(CAFE, f"2026-01-{number + 1:02}", 10_000 + 100 * number)
    derivation.observe(CAFE, "2026-01-13", wrong)
    derivation.rebuild("2026-01-01", "2026-01-13")
    publish(database, [CAFE])
    with running(settings_for(database, redis_url)) as api:
        answer = api.post(EVERYTHING + PAGE)
        data = answer.json()["data"]
    assert str(wrong) not in answer.text
    assert data["searchTracks"][0]["total"]["current"] == 11_100
    assert data["searchTracks"][0]["viewCounts"][0]["change"] == {"views": 100}
    assert [edge["change"]["views"] for edge in data["movers"]["edges"]] == [700]
    assert [edge["node"]["observed"] for edge in data["anomalies"]["edges"]] == [None], "that there was one is told"


# --- pages ---


TIES = [f"QZVCT{number:07}" for number in range(60)]


def record_ties(database: Database) -> None:
    growths = [(number % 3) * 7 for number in range(len(TIES))]
    record(
        database,
        {
            isrc: Recording("Tie", series={Service.YOUTUBE: Series(10_000 + growth, growth)})
            for isrc, growth in zip(TIES, growths, strict=True)
        },
        days=9,
    )
    for number, isrc in enumerate(TIES):
        add_anomaly(database, isrc, "spike", date(2026, 2, 1 + number % 2))


def walk(api: Api, query: str, field: str, **variables: object) -> list[list[str]]:
    """All pages, to the last."""
    pages, after = [], None
    while True:
        page = api.data(query, after=after, **variables)[field]
        pages.append(isrcs(page))
        assert page["pageInfo"]["endCursor"] == page["edges"][-1]["cursor"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return pages


def test_no_page_skips_or_doubles_a_row_among_equal_ones(database, redis_url):
    record_ties(database)
    with running(settings_for(database, redis_url)) as api:
        for query, field, variables in (
            (MOVERS + PAGE, "movers", {}),
            (MOVERS + PAGE, "movers", {"direction": "DOWN", "service": "YOUTUBE", "window": "DAY"}),
            (TOP + PAGE, "topTracks", {}),
            (TOP + PAGE, "topTracks", {"service": "YOUTUBE"}),
            (ANOMALIES, "anomalies", {}),
        ):
            (whole,) = walk(api, query, field, first=100, **variables)
            assert sorted(whole) == TIES, field
            for size in (7, 60):
                pages = walk(api, query, field, first=size, **variables)
                assert [isrc for page in pages for isrc in page] == whole, (field, size)
                assert [len(page) for page in pages[:-1]] == [size] * (len(pages) - 1)
        first = movers(api, first=7)
        execute(database, "delete from track_rankings where isrc = :isrc", isrc=first["edges"][6]["node"]["isrc"])
        second = movers(api, first=7, after=first["pageInfo"]["endCursor"])
        assert not set(isrcs(first)) & set(isrcs(second)), "although the row of the cursor is gone"


@pytest.mark.parametrize("query", [MOVERS + PAGE, TOP + PAGE, ANOMALIES], ids=["movers", "topTracks", "anomalies"])
def test_a_page_has_1_to_100_rows_and_begins_at_a_cursor_of_its_list(api, query):
    for first in (-1, 0, 101, 2_147_483_647):
        (error,) = api.errors(query, first=first)
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
        assert "first" in error["message"]
    for after in bad_cursors(api):
        (error,) = api.errors(query, service="SPOTIFY", after=after)
        assert error["extensions"]["code"] == "BAD_USER_INPUT", after
        assert error["message"].startswith("after: not a cursor of this list"), after


def bad_cursors(api: Api) -> Iterator[str]:
    """What is none, and those of other lists."""
    yield from ("", "x", "é", "====", "%00", "a" * 5000, "bnVsbA", base64.b64encode(b"\xff\xfe").decode())
    for value in ([], [1], [1, "movers:spotify:7:up", None, CAFE], [1, "topTracks:spotify", True, CAFE], {"a": 1}):
        yield encoded(value)
    yield encoded([2, "movers:spotify:7:up", 1.5, CAFE])
    yield encoded([1, "movers:spotify:7:up", 1.5, "x"])
    yield encoded([1, "movers:spotify:7:up", 1, CAFE])
    yield encoded([1, "topTracks:spotify", 2**64 - 1, CAFE])
    yield encoded([1, "topTracks:spotify", -1, CAFE])
    yield encoded([1, "topTracks:spotify", 5, 5])
    yield encoded([1, "anomalies::spotify:", "2026-13-01", 1])
    yield encoded([1, "anomalies::spotify:", 20260101, 1])
    yield encoded([1, "anomalies::spotify:", "2026-W01-3", 1])
    yield encoded([1, "anomalies::spotify:", "2026-01-01", "1"])
    yield encoded([1, "anomalies::spotify:", "2026-01-01", 2**63])
    yield movers(api)["pageInfo"]["endCursor"]
    yield api.data(TOP + PAGE, service="YOUTUBE")["topTracks"]["pageInfo"]["endCursor"]
    yield api.data(ANOMALIES)["anomalies"]["pageInfo"]["endCursor"]


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(value)).decode().rstrip("=")


def test_an_empty_page_has_no_cursor(api):
    page = api.data(ANOMALIES, service="SPOTIFY")["anomalies"]
    assert page == {"edges": [], "pageInfo": {"hasNextPage": False, "endCursor": None}}


# --- indexes ---

MANY = 5_000
FILL = f"""
insert into tracks (isrc, title, search_text)
select 'QZVCX' || lpad(n::text, 7, '0'), 'T', 'track ' || n || E'\\nartist ' || n % 50 || E'\\n'
from generate_series(1, {MANY}) n;
insert into view_counts (isrc, service_id, view_count, last_updated)
select isrc, 1, hashtext(isrc) & 65535, '2026-03-02 22:00+00' from tracks;
insert into track_totals (isrc, as_of, view_count, services) select isrc, last_updated, view_count, 1 from view_counts;
insert into track_rankings (service_id, days, direction, sort_key, isrc, change, percentage)
select 0, 7, 'up', hashtext(isrc), isrc, 1, 1 from tracks;
insert into anomalies (isrc, service_id, kind, severity, first_day, last_day, opened_on, state)
select isrc, 1, 'spike', 'warning', d, d, d, 'open'
from (select isrc, date '2026-01-01' + hashtext(isrc) % 50 as d from tracks) days;
"""
LISTS = {
    "api/movers": (
        "track_rankings_pk",
        {"service_id": 0, "days": 7, "direction": "up", "after_key": 5.0, "after_isrc": CAFE, "rows": 21},
    ),
    "api/top_tracks": ("idx_track_totals_count", {"after_key": 50_000, "after_isrc": CAFE, "rows": 21}),
    "api/top_tracks_by_service": (
        "idx_view_counts_count",
        {"service_id": 1, "after_key": 50_000, "after_isrc": CAFE, "rows": 21},
    ),
    "api/anomalies_by_day": (
        "idx_anomalies_first_day",
        {"service_ids": [1, 2], "since": "2026-01-01", "after_key": "2026-02-01", "after_id": 5, "rows": 51},
    ),
    "api/anomalies_by_isrc": (
        "anomalies_key",
        {
            "isrc": "QZVCX0000007",
            "service_ids": [1, 2],
            "since": "2026-01-01",
            "after_key": "2026-02-01",
            "after_id": 5,
            "rows": 51,
        },
    ),
    "api/latest_anomalies_by_isrcs": ("anomalies_key", {"isrcs": ["QZVCX0000007", "QZVCX0000008"], "rows": 10}),
    "api/search_tracks": ("idx_tracks_words", {"title": "track 777", "words": "'track':* & '777':*", "rows": 20}),
}


def test_every_list_is_read_through_an_index_without_sorting_or_scanning_it(database):
    execute(database, FILL)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))
    for query, (index, parameters) in LISTS.items():
        with database.transaction() as tx, tx._cursor() as cursor:
            cursor.execute(f"explain {load_query(query)}".encode(), parameters)
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert index in plan, plan
        for table in ("track_rankings", "track_totals", "view_counts", "anomalies", "tracks"):
            assert f"Seq Scan on {table} " not in plan, f"{query}\n{plan}"
