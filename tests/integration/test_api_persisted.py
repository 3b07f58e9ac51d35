"""Automatic persisted queries: a hash is enough once the query was seen, in any process, and Redis may be away."""

from collections.abc import Iterator
from hashlib import sha256
from urllib.parse import urlencode

import httpx
import orjson
import pytest
import redis

from tests.api_fixtures import Api, OwnValkey, running, settings_for
from tests.ports import free_port
from tests.waiting import eventually
from viewcount_core.database import Database

QUERY = "{ services { name } }"
ANSWER = {"data": {"services": [{"name": "YOUTUBE"}, {"name": "SPOTIFY"}]}}


def hash_of(query: str) -> dict[str, object]:
    return {"persistedQuery": {"version": 1, "sha256Hash": sha256(query.encode()).hexdigest()}}


def post(api: Api, accept: str = "application/json", **parameters: object) -> httpx.Response:
    return api.client.post("/graphql", json=parameters, headers={"accept": accept})


def code_of(response: httpx.Response) -> str:
    return str(response.json()["errors"][0]["extensions"]["code"])


@pytest.fixture
def api(database: Database, redis_url: str) -> Iterator[Api]:
    with running(settings_for(database, redis_url)) as api:
        yield api


@pytest.mark.parametrize(("accept", "status"), [("application/json", 200), ("application/graphql-response+json", 400)])
def test_an_unknown_hash_is_told_as_clients_expect_it(api, accept, status):
    response = post(api, accept, extensions=hash_of(QUERY))
    assert response.status_code == status
    assert response.json()["errors"][0]["message"] == "PersistedQueryNotFound"
    assert code_of(response) == "PERSISTED_QUERY_NOT_FOUND"
    assert response.headers["cache-control"] == "no-store"


def test_a_query_that_was_sent_once_is_known_by_its_hash_in_every_process(database, redis_url, api):
    assert post(api, query=QUERY, extensions=hash_of(QUERY)).json() == ANSWER
    assert post(api, extensions=hash_of(QUERY)).json() == ANSWER
    with running(settings_for(database, redis_url)) as other:
        got = other.client.get(f"/graphql?{urlencode({'extensions': orjson.dumps(hash_of(QUERY)).decode()})}")
    assert got.json() == ANSWER
    assert got.headers["etag"]
    with redis.Redis.from_url(redis_url) as cache:
        (key,) = cache.keys("persisted_query:*")
        assert 0 < cache.ttl(key) <= 24 * 3600


def test_a_query_is_kept_only_when_it_can_be_executed_and_is_not_long(redis_url, api):
    long = f"{{ services {{ name }} }} #{'x' * 10_000}"
    for query in ("{ nothing }", "{ services {", long):
        post(api, query=query, extensions=hash_of(query))
        assert code_of(post(api, extensions=hash_of(query))) == "PERSISTED_QUERY_NOT_FOUND"


def test_a_query_under_another_ones_hash_is_refused(redis_url, api):
    assert code_of(post(api, query="{ __typename }", extensions=hash_of(QUERY))) == "BAD_USER_INPUT"
    digest = sha256(QUERY.encode()).hexdigest()
    with redis.Redis.from_url(redis_url) as cache:
        cache.set(f"persisted_query:{digest}", "{ __typename }")
    assert code_of(post(api, extensions=hash_of(QUERY))) == "PERSISTED_QUERY_NOT_FOUND"


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param({"version": 2, "sha256Hash": "0" * 64}, id="another-version"),
        pytest.param({"version": 1, "sha256Hash": "x"}, id="no-hash"),
        pytest.param({"version": 1, "sha256Hash": None}, id="null"),
        pytest.param([], id="a-list"),
        pytest.param("x", id="text"),
    ],
)
def test_what_is_no_persisted_query_is_refused(api, wanted):
    for query in (None, QUERY):
        response = post(api, query=query, extensions={"persistedQuery": wanted})
        assert (response.status_code, code_of(response)) == (400, "BAD_USER_INPUT")


def test_without_redis_a_query_is_known_where_it_was_sent(database):
    with running(settings_for(database, f"redis://127.0.0.1:{free_port()}/0")) as api:
        assert code_of(post(api, extensions=hash_of(QUERY))) == "PERSISTED_QUERY_NOT_FOUND"
        assert post(api, query=QUERY, extensions=hash_of(QUERY)).json() == ANSWER
        assert post(api, extensions=hash_of(QUERY)).json() == ANSWER


def test_a_query_that_came_while_redis_was_away_is_known_to_all_when_it_is_back(database):
    valkey = OwnValkey()
    try:
        with running(settings_for(database, valkey.url)) as api:
            post(api, query=QUERY, extensions=hash_of(QUERY))
            valkey.start()
            with redis.Redis.from_url(valkey.url) as cache:
                eventually(lambda: post(api, extensions=hash_of(QUERY)).json() == ANSWER and cache.keys("persisted_*"))
    finally:
        valkey.stop()
