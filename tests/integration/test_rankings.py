"""Movers are ranked by the publication that shows their numbers, and only then."""

import pytest

from tests.api_catalog import CAFE, CATALOG, HOUR, NEWEST, RAIN, Recording, Series, measure, record
from tests.api_fixtures import execute, set_count, settings_for
from viewcount_core.database import Database
from viewcount_core.records import Service
from viewcount_pipeline import rankings
from viewcount_pipeline.publishing import publish
from viewcount_pipeline.rankings import rank_tracks


def ranked(database: Database, direction: str = "up", days: int = 7, service_id: int = 0) -> list[str]:
    with database.transaction() as tx, tx._cursor() as cursor:
        cursor.execute(
            "select isrc from track_rankings where service_id = %s and days = %s and direction = %s "
            "order by sort_key, isrc",
            (service_id, days, direction),
        )
        return [row[0] for row in cursor.fetchall()]


def test_a_publication_ranks_and_a_run_without_changes_does_not(database, redis_url):
    settings = settings_for(database, redis_url)
    record(database, CATALOG)
    set_count(database, RAIN, Service.SPOTIFY, 56_000, NEWEST)
    measure(database)
    assert ranked(database) == [HOUR, CAFE, RAIN], "not published yet"
    publish(database, settings, "00000000-0000-0000-0000-000000000001")
    assert ranked(database) == [RAIN, HOUR, CAFE]
    assert ranked(database, "down") == [CAFE, HOUR, RAIN]
    execute(database, "update tracks set active = false where isrc = :isrc", isrc=RAIN)
    publish(database, settings, "00000000-0000-0000-0000-000000000002")
    assert ranked(database) == [RAIN, HOUR, CAFE], "nothing was published"


def test_ranking_again_gives_the_same_and_a_list_has_an_end(database, monkeypatch: pytest.MonkeyPatch):
    tracks = {
        f"QZVCT{number:07}": Recording("Song", series={Service.YOUTUBE: Series(10_000, number)}) for number in range(5)
    }
    record(database, tracks, days=9)
    first = [ranked(database, direction, days) for direction in ("up", "down") for days in (1, 7, 30)]
    with database.transaction() as tx:
        rank_tracks(tx)
    assert [ranked(database, direction, days) for direction in ("up", "down") for days in (1, 7, 30)] == first
    assert [len(each) for each in first] == [5, 5, 0] * 2
    monkeypatch.setattr(rankings, "RANKS", 2)
    with database.transaction() as tx:
        rank_tracks(tx)
    assert ranked(database) == ["QZVCT0000004", "QZVCT0000003"]
    assert ranked(database, "down", 1, 1) == ["QZVCT0000000", "QZVCT0000001"]


def test_a_database_without_counts_has_no_ranks(database):
    with database.transaction() as tx:
        rank_tracks(tx)
    assert ranked(database) == []
