"""The cache makes the API faster and never wrong: hits, lifetimes, loss, return, and publications in between."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import redis

from tests.api_fixtures import (
    Api,
    Relay,
    add_history,
    add_tracks,
    publish,
    running,
    set_count,
    settings_for,
    valkey,
)
from tests.waiting import eventually
from viewcount_api.reading import generation_watch
from viewcount_core.cache import Cache
from viewcount_core.cache_keys import KINDS, keys_of
from viewcount_core.database import Database
from viewcount_core.migrations import migrate
from viewcount_core.published import read_published
from viewcount_core.records import Service
from viewcount_core.servers import open_database
from viewcount_core.settings import Settings
from viewcount_core.warming import warm

__all__ = ["valkey"]

ISRC, OTHER, UNKNOWN = "USUM71234567", "GBAYE0601498", "FRZ039800212"
AT = datetime(2025, 1, 15, 10, 30, tzinfo=UTC)
DATA = "query ($isrcs: [ISRC!]!) { tracks(isrcs: $isrcs) { viewCountDataJson } }"
REFRESH = """mutation ($isrcs: [ISRC!]!) { refreshViewCounts(isrcs: $isrcs) {
    refreshed unknown tracks { isrc viewCounts { current } viewCountDataJson } } }"""


@pytest.fixture(autouse=True)
def frequent_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generation_watch, "LOOK_SECONDS", 0.2)


@pytest.fixture
def rare_looks(monkeypatch: pytest.MonkeyPatch, frequent_looks: None) -> None:
    """Only the look at the start, and those of the test."""
    monkeypatch.setattr(generation_watch, "LOOK_SECONDS", 600)


@pytest.fixture
def tracks(database: Database) -> Database:
    """Two tracks; the first has 100 views on YouTube."""
    add_tracks(database, [ISRC, OTHER])
    count(database, 100)
    add_history(database, ISRC, Service.YOUTUBE, [(AT.date().replace(day=14), 90, 5, 1)])
    return database


@pytest.fixture
def api(tracks: Database, redis_url: str) -> Iterator[Api]:
    with running(settings_for(tracks, redis_url)) as api:
        yield api


def count(database: Database, views: int, isrc: str = ISRC) -> None:
    set_count(database, isrc, Service.YOUTUBE, views, AT)


def seen(api: Api, isrc: str = ISRC) -> int:
    (track,) = api.data(DATA, isrcs=[isrc])["tracks"]
    return int(track["viewCountDataJson"]["youtube"]["current"])


def test_a_hit_is_served_from_the_cache_whatever_postgresql_says_by_now(tracks, api):
    assert seen(api) == 100
    count(tracks, 200)
    assert seen(api) == 100


EVERYTHING = """query ($isrcs: [ISRC!]!) { tracks(isrcs: $isrcs) {
    title viewCountDataJson viewCounts { current history { count } } } }"""


def test_every_kind_of_entry_is_stored_with_its_own_lifetime(api, redis_url):
    api.data(EVERYTHING, isrcs=[ISRC])
    lives = {
        f"view_count:{ISRC}:youtube": 3600,
        f"view_count:{ISRC}:spotify": 3600,
        f"historical_views:{ISRC}:youtube": 21600,
        f"historical_views:{ISRC}:spotify": 21600,
        f"gql_view_data:{ISRC}": 1800,
        f"track_facts:{ISRC}": 3600,
    }
    assert sorted(lives) == sorted(keys_of(ISRC, KINDS))
    with redis.Redis.from_url(redis_url) as cache:
        for key, longest in lives.items():
            assert longest * 0.88 < cache.ttl(key) <= longest
        assert cache.get(f"view_count:{ISRC}:youtube") == b'{"current":100,"last_updated":"2025-01-15T10:30:00Z"}'


def test_only_what_was_asked_for_is_read_and_stored(api, redis_url):
    asked = {
        "viewCountDataJson": {f"gql_view_data:{ISRC}"},
        "title": {f"track_facts:{ISRC}"},
        "viewCounts { current }": {f"view_count:{ISRC}:youtube", f"view_count:{ISRC}:spotify"},
    }
    stored: set[bytes] = set()
    with redis.Redis.from_url(redis_url) as cache:
        for field, keys in asked.items():
            api.data(f"query ($isrcs: [ISRC!]!) {{ tracks(isrcs: $isrcs) {{ {field} }} }}", isrcs=[ISRC])
            found = set(cache.scan_iter(f"*:{ISRC}*"))
            assert found - stored == {key.encode() for key in keys}
            stored = found


def test_an_unknown_isrc_is_remembered_briefly(tracks, api, redis_url):
    assert api.data(DATA, isrcs=[UNKNOWN]) == {"tracks": [None]}
    add_tracks(tracks, [UNKNOWN])
    assert api.data(DATA, isrcs=[UNKNOWN]) == {"tracks": [None]}
    with redis.Redis.from_url(redis_url) as cache:
        assert 0 < cache.ttl(f"gql_view_data:{UNKNOWN}") <= 30


def test_a_refresh_reads_postgresql_again(tracks, api):
    seen(api)
    count(tracks, 200)
    answer = api.data(REFRESH, isrcs=[ISRC, UNKNOWN, ISRC])["refreshViewCounts"]
    assert answer["refreshed"] == [ISRC]
    assert answer["unknown"] == [UNKNOWN]
    assert [track and track["viewCounts"] for track in answer["tracks"]] == [
        [{"current": 200}],
        None,
        [{"current": 200}],
    ]
    assert seen(api) == 200


def test_a_refresh_during_a_publication_leaves_no_old_number(tracks, redis_url, rare_looks):
    with running(settings_for(tracks, redis_url)) as api:
        seen(api)
        count(tracks, 200)
        announce(redis_url, 7)
        assert api.data(REFRESH, isrcs=[ISRC])["refreshViewCounts"]["tracks"][0]["viewCounts"] == [{"current": 200}]
        assert not is_stored(redis_url), "what is read before a publication ends may be old"
        assert seen(api) == 200


def test_a_publication_shows_exactly_what_changed(tracks, api, redis_url):
    count(tracks, 100, OTHER)
    assert (seen(api), seen(api, OTHER)) == (100, 100)
    count(tracks, 200)
    count(tracks, 200, OTHER)
    assert Cache(redis_url).publish_generation(publish(tracks, [ISRC]), [ISRC])
    assert (seen(api), seen(api, OTHER)) == (200, 100)


def test_a_slow_fill_does_not_put_back_an_old_number(tracks, api, redis_url):
    cache = Cache(redis_url)
    slow = read_published(tracks, [ISRC])
    count(tracks, 200)
    assert cache.publish_generation(publish(tracks, [ISRC]), [ISRC])

    assert not cache.store(slow, 0)
    assert seen(api) == 200
    assert cache.store(read_published(tracks, [ISRC]), 0), "what is read now is stored"


def test_a_publication_that_the_cache_missed_is_noticed(tracks, api):
    seen(api)
    count(tracks, 200)
    publish(tracks, [ISRC])
    eventually(lambda: seen(api) == 200)


def test_a_publication_killed_before_all_was_dropped_is_noticed(tracks, api, redis_url):
    seen(api)
    count(tracks, 200)
    announce(redis_url, publish(tracks, [ISRC]))
    eventually(lambda: seen(api) == 200)


def test_a_publication_under_way_does_not_empty_the_cache(tracks, redis_url, rare_looks):
    with running(settings_for(tracks, redis_url)) as api:
        seen(api)
        announce(redis_url, publish(tracks, [OTHER]))
        api.app.state.watch.look()
        assert is_stored(redis_url)
        assert Cache(redis_url).publish_generation(1, [OTHER])
        api.app.state.watch.look()
        assert is_stored(redis_url)


def announce(redis_url: str, generation: int) -> None:
    """All that a publication does before it is killed."""
    Cache(redis_url)._move_on(["publication:announced"], [generation])


def test_a_database_set_back_behind_the_cache_is_noticed(tracks, api, redis_url):
    seen(api)
    assert Cache(redis_url).publish_generation(7, [])
    count(tracks, 50)
    eventually(lambda: seen(api) == 50)


def test_emptying_the_cache_leaves_what_is_not_ours(tracks, api, redis_url):
    with redis.Redis.from_url(redis_url) as cache:
        cache.set("somebody:else", "1")
        publish(tracks, [ISRC])
        eventually(lambda: cache.get("publication:published") == b"1")
        assert cache.get("somebody:else") == b"1"


def test_warming_stores_what_readers_will_ask_for(tracks, api, redis_url):
    assert warm(tracks, Cache(redis_url), [ISRC, OTHER]) == 2
    count(tracks, 200)
    assert seen(api) == 100


def test_without_the_cache_answers_come_from_postgresql_and_with_it_again_from_the_cache(tracks, valkey):
    with running(settings_for(tracks, valkey.url)) as api:
        assert seen(api) == 100
        valkey.stop()
        count(tracks, 200)
        assert seen(api) == 200
        assert api.data(REFRESH, isrcs=[ISRC])["refreshViewCounts"]["refreshed"] == [ISRC]
        assert api.client.get("/readyz").json() == {"status": "ready", "postgresql": "ok", "cache": "away"}

        valkey.start()
        eventually(lambda: is_stored(valkey.url, "publication:published") and seen(api) and is_stored(valkey.url))
        count(tracks, 300)
        assert seen(api) == 200
        assert api.client.get("/readyz").json()["cache"] == "ok"


def is_stored(url: str, key: str = f"gql_view_data:{ISRC}") -> bool:
    with redis.Redis.from_url(url) as cache:
        return bool(cache.exists(key))


def test_a_cache_that_hangs_is_left_alone(tracks, valkey):
    with running(settings_for(tracks, valkey.url)) as api:
        seen(api)
        valkey.freeze()
        count(tracks, 200)
        assert seen(api) == 200
        valkey.thaw()
        eventually(lambda: not api.app.state.store.is_cache_away or not seen(api))


def test_the_pipeline_is_told_when_the_cache_is_away(tracks, valkey):
    cache = Cache(valkey.url)
    valkey.stop()
    assert not cache.drop([ISRC])
    assert not cache.publish_generation(1, [ISRC])
    assert cache.generations() is None
    assert warm(tracks, cache, [ISRC]) == 0


@pytest.fixture
def relay(tracks: Database) -> Iterator[Relay]:
    assert tracks.url.port
    relay = Relay(tracks.url.port)
    yield relay
    relay.cut()


def test_without_postgresql_cached_answers_go_on_and_others_fail_with_a_code(tracks, redis_url, relay, caplog):
    relay.mend()
    url = tracks.url.set(drivername="postgresql", port=relay.port).render_as_string(hide_password=False)
    with running(settings_for(tracks, redis_url, DATABASE_URL=url)) as api:
        seen(api)
        relay.cut()
        assert seen(api) == 100
        assert api.errors(REFRESH, isrcs=[ISRC])
        assert seen(api) == 100, "a refresh that fails takes nothing away"
        response = api.post(DATA, isrcs=[OTHER])
        assert response.status_code == 200
        (error,) = response.json()["errors"]
        assert "connection" not in error["message"]
        assert error["extensions"]["code"] == "SERVICE_UNAVAILABLE"
        assert f"id={response.headers['x-request-id']} reason=PostgreSQL at" in caplog.text
        assert str(relay.port) not in response.text
        assert api.client.get("/readyz").status_code == 503

        relay.mend()
        assert api.data(DATA, isrcs=[OTHER]) == {"tracks": [{"viewCountDataJson": {}}]}
        assert api.is_ready()


def test_the_app_starts_without_postgresql_and_is_ready_when_it_comes(tracks, redis_url, relay):
    url = tracks.url.set(drivername="postgresql", port=relay.port).render_as_string(hide_password=False)
    with running(settings_for(tracks, redis_url, DATABASE_URL=url), until_ready=False) as api:
        assert api.client.get("/healthz").status_code == 200
        assert api.client.get("/readyz").status_code == 503
        assert api.errors(DATA, isrcs=[ISRC])[0]["extensions"]["code"] == "SERVICE_UNAVAILABLE"
        relay.mend()
        eventually(api.is_ready)
        assert seen(api) == 100


def test_a_database_of_the_other_world_is_not_served(tracks, redis_url):
    with running(settings_for(tracks, redis_url, YOUTUBE_EMULATOR_URL=None), until_ready=False) as api:
        time.sleep(0.5)
        assert not api.is_ready()
        assert api.errors(DATA, isrcs=[ISRC])[0]["extensions"]["code"] == "SERVICE_UNAVAILABLE"


def test_with_nothing_configured_the_embedded_servers_are_used(session_home, redis_url):
    settings = Settings(VIEWCOUNT_HOME=session_home)
    database = open_database(settings)
    migrate(database, "demo")
    database.close()
    with running(settings) as api:
        assert api.data(DATA, isrcs=[UNKNOWN]) == {"tracks": [None]}
        assert is_stored(redis_url, f"gql_view_data:{UNKNOWN}")
