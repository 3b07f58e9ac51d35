"""Changes, totals and long histories mean in the API what they mean below it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.api_catalog import CAFE, CATALOG, GONE, HOUR, NEWEST, RAIN, SILENT, Recording, Series, measure, record
from tests.api_fixtures import (
    Api,
    add_history,
    add_tracks,
    execute,
    publish,
    running,
    set_count,
    settings_for,
    statements,
)
from viewcount_core.database import Database
from viewcount_core.records import Service

ISRC = "USUM71234567"
CHANGES = """query ($isrc: ISRC!) { track(isrc: $isrc) {
    viewCounts { service DAY: change(window: DAY) { ...C } WEEK: change { ...C } MONTH: change(window: MONTH) { ...C } }
    total { current DAY: change(window: DAY) { ...C } WEEK: change { ...C } MONTH: change(window: MONTH) { ...C } }
    viewCountDataJson } } fragment C on Change { views percentage days }"""
HISTORY = """query ($isrcs: [ISRC!]!, $days: Int!) { tracks(isrcs: $isrcs) { isrc
    viewCounts { service history(days: $days) { date count delta deltaDays quality } } } }"""


@pytest.fixture
def api(database: Database, redis_url: str) -> Iterator[Api]:
    with running(settings_for(database, redis_url)) as api:
        yield api


def test_changes_and_totals_are_those_of_the_growth(database, api):
    record(database, CATALOG)
    for _ in range(2):  # from PostgreSQL, then from the cache
        track = api.data(CHANGES, isrc=CAFE)["track"]
        youtube, spotify = track["viewCounts"]
        assert youtube["DAY"] == {"views": 2_000, "percentage": pytest.approx(2_000 / 12_380), "days": 1}
        assert youtube["WEEK"] == {"views": 14_000, "percentage": pytest.approx(14_000 / 12_260), "days": 7}
        assert spotify["MONTH"] == {"views": 15_000, "percentage": pytest.approx(15_000 / 5_450), "days": 30}
        assert track["total"] == {
            "current": 1_800_000,
            "DAY": {"views": 2_500, "percentage": pytest.approx(2_500 / 17_975), "days": 1},
            "WEEK": {"views": 17_500, "percentage": pytest.approx(17_500 / 17_825), "days": 7},
            "MONTH": {"views": 75_000, "percentage": pytest.approx(75_000 / 17_250), "days": 30},
        }
        assert set(track["viewCountDataJson"]["youtube"]) == {"current", "last_updated", "historical"}


def test_a_track_without_counts_has_no_total(database, api):
    record(database, CATALOG)
    assert api.data(CHANGES, isrc=SILENT)["track"]["total"] is None


def test_a_total_changes_by_the_services_that_can_be_compared(database, api):
    record(database, {ISRC: Recording("Song", series={Service.YOUTUBE: Series(10_000, 100)})})
    set_count(database, ISRC, Service.SPOTIFY, 5_000, NEWEST)
    add_history(database, ISRC, Service.SPOTIFY, [(NEWEST.date(), 5_000, None, None)])
    measure(database)
    total = api.data(CHANGES, isrc=ISRC)["track"]["total"]
    assert (total["current"], total["WEEK"]["views"], total["DAY"]["views"]) == (15_000, 700, 100)


DAYS = {
    "the day before": (300, 1, "ok", (300, 3.0)),
    "two days before, scaled to one": (300, 2, "flagged", (150, 1.5)),
    "three days before": (300, 3, "ok", None),
    "a level that was confirmed is no growth": (300, 1, "restated", None),
    "nothing before": (None, None, "ok", None),
}


def test_a_change_over_a_day_needs_a_snapshot_at_most_two_days_before(database, api):
    isrcs = dict(zip(DAYS, (f"USUM7{number:07}" for number in range(len(DAYS))), strict=True))
    add_tracks(database, list(isrcs.values()))
    for case, (delta, span, quality, _) in DAYS.items():
        set_count(database, isrcs[case], Service.YOUTUBE, 10_300, NEWEST)
        add_history(database, isrcs[case], Service.YOUTUBE, [(NEWEST.date(), 10_300, delta, span)])
        changed = "update historical_view_counts set quality = :quality where isrc = :isrc"
        execute(database, changed, quality=quality, isrc=isrcs[case])
    for case, (*_, change) in DAYS.items():
        track = api.data(CHANGES, isrc=isrcs[case])["track"]
        expected = {"views": change[0], "percentage": change[1], "days": 1} if change else None
        assert (track["viewCounts"][0]["DAY"], track["total"]["DAY"]) == (expected, expected), case


def test_a_percentage_of_nothing_is_unknown(database, api):
    record(database, {ISRC: Recording("Song", series={Service.YOUTUBE: Series(70, 10)})}, days=8)
    assert api.data(CHANGES, isrc=ISRC)["track"]["viewCounts"][0]["WEEK"] == {
        "views": 70,
        "percentage": None,
        "days": 7,
    }


def test_long_histories_of_all_tracks_cost_one_statement(database, api):
    series = {Service.YOUTUBE: Series(100_000, 100), Service.SPOTIFY: Series(50_000, 50)}
    isrcs = [f"USUM7{number:07}" for number in range(20)]
    record(database, {isrc: Recording("Song", series=series) for isrc in isrcs}, days=50)
    with statements() as said:
        tracks = api.data(HISTORY, isrcs=isrcs, days=45)["tracks"]
    assert sum("historical_view_counts" in each for each in said) == 2, "the entries, and the histories"
    assert len(tracks) == 20
    for track in tracks:
        for counts in track["viewCounts"]:
            days = [date.fromisoformat(day["date"]) for day in counts["history"]]
            assert days == [NEWEST.date() - timedelta(days=ago) for ago in range(1, 46)]
    assert tracks[0]["viewCounts"][0]["history"][44] == {
        "date": "2026-01-16",
        "count": 95_500,
        "delta": 100,
        "deltaDays": 1,
        "quality": "OK",
    }


def test_a_long_history_begins_like_a_short_one(database, api):
    record(database, CATALOG)
    isrcs = [CAFE, HOUR, RAIN, GONE, SILENT]
    short = api.data(HISTORY, isrcs=isrcs, days=30)["tracks"]
    long = api.data(HISTORY, isrcs=isrcs, days=365)["tracks"]
    for fewer, more in zip(short, long, strict=True):
        for some, all_days in zip(fewer["viewCounts"], more["viewCounts"], strict=True):
            assert some["history"] == all_days["history"][:30]
            assert len(all_days["history"]) == 39
    two_spans = """query ($isrc: ISRC!) { track(isrc: $isrc) { viewCounts(services: [YOUTUBE]) {
        a: history(days: 33) { date } b: history(days: 36) { date } } } }"""
    (counts,) = api.data(two_spans, isrc=CAFE)["track"]["viewCounts"]
    assert (len(counts["a"]), len(counts["b"])) == (33, 36)


def test_days_that_no_history_has_are_refused(database, api):
    record(database, {CAFE: CATALOG[CAFE]})
    for days in (-1, 0, 366, 2_147_483_647):
        (error, *_) = api.errors(HISTORY, isrcs=[CAFE], days=days)
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
        assert "days" in error["message"]


def test_a_published_change_reaches_readers(database, redis_url):
    record(database, {ISRC: Recording("Song", series={Service.YOUTUBE: Series(10_000, 100)})})
    later = datetime(2026, 3, 3, 22, tzinfo=UTC)
    set_count(database, ISRC, Service.YOUTUBE, 10_800, later)
    measure(database)
    publish(database, [ISRC])
    with running(settings_for(database, redis_url)) as api:
        assert api.data(CHANGES, isrc=ISRC)["track"]["viewCounts"][0]["WEEK"]["views"] == 1_400
