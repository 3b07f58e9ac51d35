"""However an answer came about, it is byte for byte what graphql-core would say."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest
import redis
from graphql import ExecutionResult, execute, parse
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.api_fixtures import add_history, add_tracks, set_count, settings_for
from viewcount_api.context import Context
from viewcount_api.errors import format_errors
from viewcount_api.execution.engine import Engine
from viewcount_api.reading.store import Store
from viewcount_api.requests import Answer, GraphQLRequest
from viewcount_api.schema import build_schema
from viewcount_core.database import Database
from viewcount_core.records import Service

ISRCS = ["USUM71234567", "GBAYE0601498", "QZABC2400001", "DEXYZ0000001"]
UNKNOWN = "FRZ039800212"
NEWEST = datetime(2025, 1, 15, 10, 30, tzinfo=UTC)
SCHEMA = build_schema()

# --- generated queries ---

ALIASES = st.sampled_from(["", "", "", "a: ", "b: "])
DIRECTIVES = st.sampled_from(["", "", "", " @include(if: $yes)", " @skip(if: $yes)", " @include(if: false)"])
TRACK_LEAVES = ("isrc", "title", "artist", "youtubeUrl", "active", "viewCountDataJson", "__typename")
DAYS = st.sampled_from(["", "(days: 1)", "(days: 30)", "(days: $days)", "(days: 40)", "(days: 0)"])


def selection(*fields: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """One to four fields in braces."""
    return st.lists(st.one_of(*fields), min_size=1, max_size=4).map(lambda chosen: "{ " + " ".join(chosen) + " }")


def leaf(*names: str) -> st.SearchStrategy[str]:
    return st.builds("{}{}{}".format, ALIASES, st.sampled_from(names), DIRECTIVES)


HISTORY = st.builds("{}history{} {}".format, ALIASES, DAYS, selection(leaf("date", "count", "delta", "quality")))
CHANGE = st.sampled_from(["", "(window: DAY)", "(window: MONTH)"]).map("change{} {{ views percentage days }}".format)
COUNTS = st.builds(
    "{}viewCounts{}{} {}".format,
    ALIASES,
    st.sampled_from(["", "", "(services: [SPOTIFY])", "(services: [SPOTIFY, YOUTUBE, SPOTIFY])", "(services: [])"]),
    DIRECTIVES,
    selection(leaf("service", "current", "lastUpdated", "__typename"), HISTORY, CHANGE),
)
TOTAL = selection(leaf("current"), CHANGE).map("total {}".format)
TRACK = selection(
    leaf(*TRACK_LEAVES),
    COUNTS,
    TOTAL,
    st.just("...Facts"),
    st.just("... on Track { title }"),
    st.just("...Facts @skip(if: $yes)"),
)
ROOT = st.one_of(
    TRACK.map("tracks(isrcs: $isrcs) {}".format),
    TRACK.map('track(isrc: "us-um7-12-34567") {}'.format),
    TRACK.map("more: tracks(isrcs: $isrcs) {}".format),
    st.just('tracksPlayCounts(isrcs: ["USUM71234567", "FRZ039800212"]) { isrc totalCurrentPlayCountAbbreviated }'),
    st.just("__typename"),
)
DECLARED = {"$isrcs": "[ISRC!]!", "$yes": "Boolean! = true", "$days": "Int! = 3"}
FRAGMENT = " fragment Facts on Track { title artist viewCounts { current } }"


def document(selected: str) -> str:
    """The query with what it uses declared."""
    declared = [f"{name}: {kind}" for name, kind in DECLARED.items() if name in selected]
    head = f"query Generated({', '.join(declared)}) " if declared else "query Generated "
    return head + selected + (FRAGMENT if "...Facts" in selected else "")


QUERIES = selection(ROOT).map(document)
ASKED = st.lists(st.sampled_from([*ISRCS, UNKNOWN, "us-um7-12-34567"]), max_size=4)
VARIABLES = st.fixed_dictionaries({"isrcs": ASKED}, optional={"yes": st.booleans(), "days": st.integers(0, 31)})


# --- the ways to an answer ---


class Ways:
    """One database behind a cache that works and behind one that is away."""

    def __init__(self, database: Database, redis_url: str) -> None:
        self.settings = settings_for(database, redis_url)
        self.cached = Store(self.settings)
        self.uncached = Store(settings_for(database, "redis://127.0.0.1:1/0"))
        self.redis = redis.Redis.from_url(redis_url)
        self.runner = asyncio.Runner()
        self.engines = {store: Engine(self.settings, store) for store in (self.cached, self.uncached)}
        self.runner.run(self.cached.open())
        self.runner.run(self.uncached.open())
        self.redis.mset({"publication:announced": 3, "publication:published": 3})

    def answer(self, request: GraphQLRequest, store: Store) -> Answer:
        return self.runner.run(self.engines[store].answer(request))

    def forget(self, pattern: str) -> None:
        for key in self.redis.scan_iter(pattern):
            if not key.startswith(b"publication:"):
                self.redis.delete(key)

    def plain(self, request: GraphQLRequest) -> bytes:
        """As graphql-core and orjson say it."""
        return self.runner.run(self._plain(request))

    async def _plain(self, request: GraphQLRequest) -> bytes:
        context = Context.of(self.settings, self.uncached)
        result = execute(SCHEMA, parse(request.query), None, context, dict(request.variables))
        said = result if isinstance(result, ExecutionResult) else await result
        body: dict[str, Any] = {"data": said.data}
        if said.errors:
            body["errors"] = format_errors(said.errors)
        return orjson.dumps(body)

    def close(self) -> None:
        self.runner.run(self.cached.close())
        self.runner.run(self.uncached.close())
        self.runner.close()
        self.redis.close()


@pytest.fixture
def ways(database: Database, redis_url: str) -> Iterator[Ways]:
    add_tracks(database, ISRCS)
    for number, isrc in enumerate(ISRCS[:3]):
        for service in list(Service)[: 2 - number % 2]:
            set_count(database, isrc, service, 2**33 + number, NEWEST - timedelta(hours=5 * number))
            days = [(date(2025, 1, 14) - timedelta(days=back * 2), 1000 - back, 5, 2) for back in range(22)]
            add_history(database, isrc, service, days)
    ways = Ways(database, redis_url)
    yield ways
    ways.close()


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=QUERIES, variables=VARIABLES)
def test_every_way_leads_to_the_bytes_of_graphql_core(ways, query, variables):
    request = GraphQLRequest(query, variables)
    ways.forget("*")
    cold = ways.answer(request, ways.cached)
    assume(cold.is_executed)  # else fields contradict each other
    expected = ways.plain(request)
    assert cold.body == expected
    ways.forget("gql_response:*")
    assert ways.answer(request, ways.cached).body == expected, "tracks are warm"
    again = ways.answer(request, ways.cached)
    assert again.body == expected
    assert again.is_from_cache or again.codes or again.asked == "introspection", "whole answers are kept"
    assert ways.answer(request, ways.uncached).body == expected, "the cache is away"


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        pytest.param(
            "query Other($yes: Boolean!, $isrcs: [ISRC!]!) "
            "{ tracks(isrcs: $isrcs)   { isrc title @include(if: $yes) } } # said",
            {"isrcs": ISRCS, "yes": True},
            id="spaces-name-order",
        ),
        pytest.param(
            "query($isrcs:[ISRC!]!,$yes:Boolean!){tracks(isrcs:$isrcs){isrc,title@include(if:$yes)}}",
            {"yes": True, "isrcs": [isrc.lower() for isrc in ISRCS]},
            id="lower-case",
        ),
    ],
)
def test_requests_that_mean_the_same_share_an_answer(ways, query, variables):
    first = GraphQLRequest(
        "query Mine($isrcs: [ISRC!]!, $yes: Boolean!) { tracks(isrcs: $isrcs) { isrc title @include(if: $yes) } }",
        {"isrcs": ISRCS, "yes": True},
    )
    expected = ways.answer(first, ways.cached)
    shared = ways.answer(GraphQLRequest(query, variables), ways.cached)
    assert shared.is_from_cache
    assert shared.body == expected.body


def test_requests_that_differ_in_a_variable_do_not_share_an_answer(ways):
    query = "query ($isrc: ISRC!) { track(isrc: $isrc) { isrc } }"
    answers = {ways.answer(GraphQLRequest(query, {"isrc": isrc}), ways.cached).body for isrc in ISRCS}
    assert len(answers) == len(ISRCS)


def test_what_is_not_published_is_not_kept(ways):
    for query in ("{ pipelineStatus { generation } }", '{ track(isrc: "X") { isrc } }'):
        for _ in range(2):
            assert not ways.answer(GraphQLRequest(query), ways.cached).is_from_cache
    assert list(ways.redis.scan_iter("gql_response:*")) == []
