"""A cache is one database's, and warmed with what its readers ask for."""

import pytest
import redis

from tests.api_fixtures import add_tracks, running, settings_for
from tests.waiting import eventually
from viewcount_api.reading import demand_sample, generation_watch
from viewcount_core.cache import Cache
from viewcount_core.cache_keys import LEASE_KEY
from viewcount_core.database import Database
from viewcount_core.migrations import migrate
from viewcount_core.ownership import Claim
from viewcount_pipeline.publishing import publish

ISRC, OTHER, POPULAR = "USUM71234567", "GBAYE0601498", "QZABC2400001"
TRACK = "query ($isrc: ISRC!) { track(isrc: $isrc) { isrc title } }"


@pytest.fixture(autouse=True)
def frequent_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generation_watch, "LOOK_SECONDS", 0.2)


def test_a_claim_stands_while_it_is_upheld_and_passes_on_when_it_was_left(redis_url):
    cache = Cache(redis_url)
    assert cache.ownership.claim("a") is Claim.TAKEN
    assert cache.ownership.claim("a") is Claim.OURS
    assert cache.ownership.claim("b") is Claim.FOREIGN
    expire_lease(redis_url)
    assert cache.ownership.claim("a") is Claim.OURS, "its owner may come back as long as nobody took it"
    expire_lease(redis_url)
    assert cache.ownership.claim("b") is Claim.TAKEN


def expire_lease(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert 0 < client.ttl(LEASE_KEY) <= 30
        client.delete(LEASE_KEY)


def test_two_databases_with_one_cache_never_show_each_others_numbers(database, empty_database, redis_url, caplog):
    migrate(empty_database, "demo")
    add_tracks(database, [ISRC])
    with running(settings_for(database, redis_url)) as mine, running(settings_for(empty_database, redis_url)) as other:
        assert mine.data(TRACK, isrc=ISRC)["track"]["title"]
        assert other.data(TRACK, isrc=ISRC) == {"track": None}
        assert mine.data(TRACK, isrc=ISRC)["track"]["title"]
        assert other.client.get("/readyz").json()["cache"] == "away"
        assert mine.client.get("/readyz").json()["cache"] == "ok"
        assert caplog.text.count("cache_of_another_database") == 1
        assert not publish(empty_database, settings_for(empty_database, redis_url), RUN).reached_cache


RUN = "00000000-0000-4000-8000-000000000001"


def test_a_publication_warms_the_tracks_that_were_asked_for_and_then_the_most_played(
    database: Database, redis_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(demand_sample, "EVERY", 1)
    add_tracks(database, [ISRC, OTHER, POPULAR])
    settings = settings_for(database, redis_url, CACHE_WARM_TRACKS=1)
    with running(settings) as api, redis.Redis.from_url(redis_url) as client:
        for _ in range(3):
            api.data(TRACK, isrc=OTHER)
        api.data(TRACK, isrc=ISRC)
        eventually(lambda: client.zscore("tracks:asked", ISRC))
        assert client.zscore("tracks:asked", OTHER) == 3
        client.delete(*client.keys("gql_*"), *client.keys("track_facts:*"))
        assert publish(database, settings, RUN).warmed == 1
        assert client.exists(f"gql_view_data:{OTHER}")
        assert not client.exists(f"gql_view_data:{ISRC}")
        assert client.zscore("tracks:asked", OTHER) == 1.5, "what was popular once is forgotten"


def test_without_the_cache_nobody_asked_for_anything():
    cache = Cache("redis://127.0.0.1:1/0")
    cache.demand.add({ISRC: 1})
    assert cache.demand.most_asked(5) == []
    assert cache.ownership.claim("a") is None
