"""`viewCountsPublished`: who listens hears of each publication, and takes nothing along when it goes."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import orjson
import pytest

from tests.api_fixtures import Api, publish, running, settings_for
from tests.ports import free_port
from tests.waiting import eventually
from viewcount_core.cache import Cache
from viewcount_core.database import Database
from viewcount_core.settings import Settings

QUERY = "subscription { viewCountsPublished { generation publishedAt } }"
EVENTS = {"accept": "text/event-stream"}


class Stream:
    """The events of one response, as they come."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.iter_lines()

    def read(self) -> tuple[str, object]:
        """Name and data of the next event; comments are passed over."""
        name = ""
        for line in self._lines:
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data:"):
                text = line.removeprefix("data:").strip()
                return name, orjson.loads(text) if text else None
        raise AssertionError("the stream ended")

    def await_begin(self) -> None:
        """The first comment: publications count from here on."""
        assert next(self._lines) == ":"


@contextmanager
def listening(api: Api, query: str = QUERY, method: str = "POST") -> Iterator[Stream]:
    sent = {"json": {"query": query}} if method == "POST" else {"params": {"query": query}}
    with api.client.stream(method, "/graphql", headers=EVENTS, **sent) as response:  # type: ignore[arg-type]
        yield Stream(response)


@pytest.fixture
def settings(database: Database, redis_url: str) -> Settings:
    return settings_for(database, redis_url, API_MAX_STREAMS="2")


@pytest.fixture
def api(settings: Settings) -> Iterator[Api]:
    with running(settings) as api:
        yield api


def listeners(api: Api) -> int:
    return int(api.app.state.subscriptions._publications.listeners)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_each_publication_is_told_as_it_happens(database, redis_url, api, method):
    with listening(api, method=method) as stream:
        assert stream.response.headers["content-type"].startswith("text/event-stream")
        assert stream.response.headers["cache-control"] == "no-store"
        stream.await_begin()
        generations = [publish(database, ["USUM71604711"]) for _ in range(3)]
        cache = Cache(redis_url)
        cache.publish_generation(generations[-1], [])
        cache.close()
        for generation in generations:
            name, told = stream.read()
            assert name == "next"
            published = told["data"]["viewCountsPublished"]
            assert published["generation"] == generation
            assert published["publishedAt"].endswith("Z")


def test_publications_are_found_without_redis(database):
    settings = settings_for(database, f"redis://127.0.0.1:{free_port()}/0")
    with running(settings) as api, listening(api) as stream:
        stream.await_begin()
        generation = publish(database, ["USUM71604711"])
        _, told = stream.read()
        assert told["data"]["viewCountsPublished"]["generation"] == generation


def test_who_goes_leaves_nothing_behind(api):
    with listening(api) as stream:
        stream.await_begin()
        assert listeners(api) == 1
    eventually(lambda: listeners(api) == 0)
    assert api.app.state.subscriptions._publications._feeding is None


def test_only_so_many_may_listen(api):
    with listening(api) as first, listening(api) as second:
        first.await_begin()
        second.await_begin()
        refused = api.client.post("/graphql", json={"query": QUERY}, headers=EVENTS)
        assert refused.status_code == 503
        assert refused.headers["retry-after"] == "60"
        assert refused.json()["errors"][0]["extensions"] == {"code": "TOO_MANY_STREAMS"}
    eventually(lambda: listeners(api) == 0)
    with listening(api) as again:
        again.await_begin()


def test_streams_end_in_order_when_the_server_stops(settings):
    told: list[object] = []

    def listen(api: Api) -> None:
        with listening(api) as stream:
            stream.await_begin()
            told.append(None)
            told.append(stream.read())

    with running(settings) as api:
        thread = threading.Thread(target=listen, args=(api,))
        thread.start()
        eventually(lambda: told)
        api.server.should_exit = True
        thread.join()
    assert told == [None, ("complete", None)]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        pytest.param("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED", id="invalid"),
        pytest.param("subscription { viewCountsPublished", "GRAPHQL_PARSE_FAILED", id="no-graphql"),
    ],
)
def test_what_is_wrong_with_a_subscription_is_told_as_an_event(api, query, code):
    with listening(api, query) as stream:
        assert stream.response.status_code == 200
        name, told = stream.read()
        assert (name, told["errors"][0]["extensions"]) == ("next", {"code": code})
        assert stream.read() == ("complete", None)


def test_any_operation_may_be_answered_as_events(api):
    with listening(api, "{ __typename }") as stream:
        assert stream.read() == ("next", {"data": {"__typename": "Query"}})
        assert stream.read() == ("complete", None)


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_a_subscription_that_cannot_be_streamed_is_refused(api, method):
    headers = EVENTS if method == "HEAD" else {"accept": "application/json"}
    sent = {"json": {"query": QUERY}} if method == "POST" else {"params": {"query": QUERY}}
    answer = api.client.request(method, "/graphql", headers=headers, **sent)
    assert answer.status_code == (405 if method == "HEAD" else 400)
    assert "etag" not in answer.headers
