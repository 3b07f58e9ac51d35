"""Whole answers are kept until something is published or refreshed, and no two requests read the same at once."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial

import pytest
import redis
from sqlalchemy import text

from tests.api_fixtures import Api, add_tracks, publish, running, set_count, settings_for, valkey
from tests.waiting import eventually
from viewcount_api.reading.answers import storing_answer
from viewcount_api.reading.cache_reader import CacheReader, Stamp
from viewcount_api.reading.flights import Flights
from viewcount_core.cache import Cache
from viewcount_core.database import Database
from viewcount_core.published import read_published
from viewcount_core.records import Service

__all__ = ["valkey"]

ISRC, OTHER = "USUM71234567", "GBAYE0601498"
AT = datetime(2025, 1, 15, 10, 30, tzinfo=UTC)
CURRENT = "query ($isrcs: [ISRC!]!) { tracks(isrcs: $isrcs) { viewCounts { current } } }"
TOP = "{ topTracks { edges { cursor } } }"
REFRESH = "mutation ($isrcs: [ISRC!]!) { refreshViewCounts(isrcs: $isrcs) { refreshed } }"


@pytest.fixture
def tracks(database: Database) -> Database:
    add_tracks(database, [ISRC, OTHER])
    count(database, 100)
    return database


@pytest.fixture
def api(tracks: Database, redis_url: str) -> Iterator[Api]:
    with running(settings_for(tracks, redis_url)) as api:
        yield api


def count(database: Database, views: int) -> None:
    set_count(database, ISRC, Service.YOUTUBE, views, AT)


def seen(api: Api, isrcs: tuple[str, ...] = (ISRC,)) -> int:
    (track, *_) = api.data(CURRENT, isrcs=isrcs)["tracks"]
    return int(track["viewCounts"][0]["current"])


def answers(redis_url: str) -> list[bytes]:
    with redis.Redis.from_url(redis_url) as cache:
        return list(cache.scan_iter("gql_response:*"))


def drop_entries(redis_url: str) -> None:
    """Everything but whole answers and generations."""
    Cache(redis_url).drop([ISRC, OTHER])


def test_a_whole_answer_is_served_although_its_tracks_are_gone_from_the_cache(tracks, api, redis_url):
    assert seen(api) == 100
    drop_entries(redis_url)
    count(tracks, 200)
    assert seen(api) == 100
    with redis.Redis.from_url(redis_url) as cache:
        (key,) = answers(redis_url)
        assert 1800 * 0.88 < cache.ttl(key) <= 1800
        assert cache.get(key) == b'0.0\n{"data":{"tracks":[{"viewCounts":[{"current":100}]}]}}'


def test_after_a_refresh_every_answer_with_the_track_shows_the_new_number(tracks, api):
    assert (seen(api), seen(api, (ISRC, OTHER))) == (100, 100)
    count(tracks, 200)
    assert api.data(REFRESH, isrcs=[ISRC])
    assert (seen(api), seen(api, (ISRC, OTHER))) == (200, 200)


def test_after_a_publication_no_answer_from_before_is_served(tracks, api, redis_url):
    assert seen(api) == 100
    count(tracks, 200)
    assert Cache(redis_url).publish_generation(publish(tracks, [ISRC]), [ISRC])
    assert seen(api) == 200


@pytest.mark.parametrize(
    ("announced", "refreshes", "is_kept"),
    [
        pytest.param(7, 2, True, id="nothing-has-moved"),
        pytest.param(8, 2, False, id="a-publication-was-announced-meanwhile"),
        pytest.param(7, 3, False, id="a-refresh-began-meanwhile"),
    ],
)
def test_an_answer_is_kept_only_if_nothing_moved_while_it_was_made(redis_url, announced, refreshes, is_kept):
    with redis.Redis.from_url(redis_url) as cache:
        cache.mset({"publication:announced": announced, "publication:refreshes": refreshes})
        cache.execute_command(*storing_answer("gql_response:x", b"{}", Stamp(7, 2), 60))
        assert bool(cache.exists("gql_response:x")) is is_kept


def test_an_answer_with_an_error_is_not_kept(api, redis_url):
    assert api.errors("query ($i: ISRC!) { track(isrc: $i) { viewCounts { history(days: 999) { date } } } }", i=ISRC)
    assert answers(redis_url) == []


def test_a_refresh_shuts_out_what_was_read_before_it(tracks, redis_url):
    cache = Cache(redis_url)
    with redis.Redis.from_url(redis_url) as client:
        client.set("publication:announced", 0)
    slow, before = read_published(tracks, [ISRC]), cache.refreshes()
    count(tracks, 200)
    begun = cache.begin_refresh()
    assert not cache.store(slow, before)
    assert cache.replace(read_published(tracks, [ISRC]), begun)
    assert not cache.store(slow, begun), "not even what saw the refresh begin"
    with redis.Redis.from_url(redis_url) as client:
        assert b'"current":200' in client.get(f"view_count:{ISRC}:youtube")


# --- one reading for all who want it ---


async def slow_read(calls: list[list[str]], isrcs: list[str]) -> Mapping[str, bytes]:
    calls.append(isrcs)
    await asyncio.sleep(0.05)
    return {isrc: isrc.encode() for isrc in isrcs}


def test_tracks_that_are_being_read_are_not_read_again():
    async def act() -> list[list[str]]:
        flights, calls = Flights(), []
        read = partial(slow_read, calls)
        first, second, other = await asyncio.gather(
            flights.read(["a", "b"], 1, read), flights.read(["b", "c"], 1, read), flights.read(["b"], 2, read)
        )
        assert first == {"a": b"a", "b": b"b"}
        assert second == {"a": b"a", "b": b"b", "c": b"c"}
        assert other == {"b": b"b"}
        return calls

    assert asyncio.run(act()) == [["a", "b"], ["c"], ["b"]]


def test_a_reading_that_nobody_waits_for_any_more_ends_and_is_not_joined():
    async def act() -> None:
        flights, calls = Flights(), []
        read = partial(slow_read, calls)
        leaving = [asyncio.create_task(flights.read(["a"], 1, read)) for _ in range(2)]
        await asyncio.sleep(0.01)
        for each in leaving:
            each.cancel()
        await asyncio.sleep(0)
        assert await flights.read(["a"], 1, read) == {"a": b"a"}
        assert calls == [["a"], ["a"]]
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(act())


def test_who_hangs_up_does_not_end_a_reading_that_others_wait_for():
    async def act() -> None:
        flights, calls = Flights(), []
        read = partial(slow_read, calls)
        leaving = asyncio.create_task(flights.read(["a"], 1, read))
        staying = asyncio.create_task(flights.read(["a"], 1, read))
        await asyncio.sleep(0.01)
        leaving.cancel()
        assert await staying == {"a": b"a"}
        assert calls == [["a"]]
        assert await flights.read(["a"], 1, read) == {"a": b"a"}
        assert len(calls) == 2, "what is over is not joined"

    asyncio.run(act())


def test_a_crowd_that_asks_for_the_same_cold_tracks_costs_one_statement(api):
    first = statements(api)
    with ThreadPoolExecutor(12) as crowd:
        assert set(crowd.map(lambda _: seen(api, (ISRC, OTHER)), range(12))) == {100}
    assert statements(api) - first <= 2, "who comes when it has ended finds it in the cache"


@pytest.mark.parametrize("has_cache", [True, False])
def test_a_crowd_that_asks_the_same_question_costs_one_statement(tracks, valkey, has_cache):
    with running(settings_for(tracks, valkey.url)) as api, ThreadPoolExecutor(12) as crowd:
        if not has_cache:
            valkey.stop()
            eventually(lambda: api.client.get("/readyz").json()["cache"] == "away")
        with tracks.engine.connect() as connection:
            connection.execute(text("lock table track_totals in access exclusive mode"))
            answers = [crowd.submit(api.data, TOP) for _ in range(12)]
            eventually(lambda: len(waiting(tracks)) >= 1)
            eventually(lambda: joined(api) >= 11)
            assert len(waiting(tracks)) == 1
        assert len({str(answer.result()) for answer in answers}) == 1


def waiting(database: Database) -> list[str]:
    """Statements that wait for a lock."""
    with database.transaction() as tx:
        found = tx._connection.execute(text("select query from pg_stat_activity where wait_event_type = 'Lock'"))
        return [row[0] for row in found]


def joined(api: Api) -> float:
    name = "viewcount_api_single_flight_joins_total"
    return next(
        float(line.split()[-1]) for line in api.client.get("/metrics").text.splitlines() if line.startswith(name)
    )


def statements(api: Api) -> float:
    name = 'viewcount_api_sql_seconds_count{statement="api/track_views_by_isrcs"}'
    lines = [line for line in api.client.get("/metrics").text.splitlines() if line.startswith(name)]
    return float(lines[0].split()[-1]) if lines else 0.0


# --- a cache that is lost ---


def test_a_cache_that_hangs_is_waited_for_once_and_not_by_each(tracks, valkey):
    with running(settings_for(tracks, valkey.url)) as api:
        seen(api)
        valkey.freeze()
        began = time.monotonic()
        assert [seen(api) for _ in range(8)] == [100] * 8
        assert time.monotonic() - began < 8 * 0.25, "each of them alone would have waited a quarter of a second"
        assert api.client.get("/readyz").json()["cache"] == "away"
        valkey.thaw()
        eventually(lambda: api.client.get("/readyz").json()["cache"] == "ok")
        assert seen(api) == 100


def test_a_refresh_while_the_cache_hangs_is_made_up_for(tracks, valkey):
    with running(settings_for(tracks, valkey.url)) as api:
        assert seen(api) == 100
        valkey.freeze()
        count(tracks, 200)
        assert api.data(REFRESH, isrcs=[ISRC])["refreshViewCounts"]["refreshed"] == [ISRC]
        valkey.thaw()
        eventually(lambda: api.client.get("/readyz").json()["cache"] == "ok")
        eventually(lambda: seen(api) == 200)


def test_replies_are_given_to_those_who_asked(valkey):
    async def act() -> None:
        reader = CacheReader(valkey.url)
        await reader.open()
        numbers = range(200)
        for number in numbers:
            reader.tell("SET", f"key{number}", number)
        replies = await asyncio.gather(*(reader.ask("GET", f"key{number}") for number in numbers))
        assert replies == [b"%d" % number for number in numbers]
        assert await reader.ask("INCR", "key0", "too", "many") is None, "a refusal is no value"
        await reader.close()

    asyncio.run(act())


def test_the_connection_logs_in_and_keeps_to_its_database(servers):
    async def act(url: str) -> None:
        reader = CacheReader(url)
        await reader.open()
        reader.tell("SET", "elsewhere", 1)
        assert await reader.ask("GET", "elsewhere") == b"1"
        await reader.close()

    url = f"{servers.redis_url}/5"
    asyncio.run(act(url))
    with redis.Redis.from_url(url) as cache:
        assert cache.get("elsewhere") == b"1"
        cache.flushdb()


def test_with_a_wrong_password_the_cache_is_away(servers, caplog):
    async def act() -> None:
        reader = CacheReader(servers.redis_url.replace("redis://:", "redis://:wrong"))
        await reader.open()
        assert reader.is_away
        assert await reader.get_many(["a"]) is None
        await reader.close()

    asyncio.run(act())
    assert "cache_lost" in caplog.text
    assert "wrong" not in caplog.text
