"""Whatever is sent, the answer is JSON with a code, and nothing of the inside is in it."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import suppress

import orjson
import pytest
from graphql import get_introspection_query
from sqlalchemy import text
from starlette.types import Message

from tests.api_fixtures import Api, add_tracks, execute, running, settings_for
from tests.ports import free_port
from viewcount_core.database import Database
from viewcount_core.settings import Settings

ISRC = "USUM71234567"
TRACKS = "query ($isrcs: [ISRC!]!) { tracks(isrcs: $isrcs) { isrc } }"
JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def lonely_api() -> Iterator[Api]:
    """The app without its servers: what cannot be used is refused before they are asked for anything."""
    nowhere = f"127.0.0.1:{free_port()}"
    settings = Settings(
        DATABASE_URL=f"postgresql://nobody@{nowhere}/nothing",
        REDIS_URL=f"redis://{nowhere}",
        YOUTUBE_EMULATOR_URL="http://127.0.0.1:1",
    )
    with running(settings, until_ready=False) as api:
        yield api


@pytest.fixture
def api(database: Database, redis_url: str) -> Iterator[Api]:
    with running(settings_for(database, redis_url)) as api:
        yield api


@pytest.mark.parametrize(
    ("query", "variables", "code", "message"),
    [
        pytest.param("{ track(", {}, "GRAPHQL_PARSE_FAILED", "Syntax Error", id="no-graphql"),
        pytest.param("{ " * 3000, {}, "GRAPHQL_PARSE_FAILED", "", id="braces-alone"),
        pytest.param("{ nothing }", {}, "GRAPHQL_VALIDATION_FAILED", "Cannot query field", id="unknown-field"),
        pytest.param("{ track { isrc } }", {}, "GRAPHQL_VALIDATION_FAILED", "isrc", id="argument-missing"),
        pytest.param(
            "{ __typename ...A } fragment A on Query { ...A }", {}, "GRAPHQL_VALIDATION_FAILED", "itself", id="cycle"
        ),
        pytest.param("{ a" * 9 + " }" * 9, {}, "GRAPHQL_VALIDATION_FAILED", "8 fields deep", id="too-deep"),
        pytest.param('{ track(isrc: "x") { isrc } }', {}, "BAD_USER_INPUT", "is not an ISRC", id="literal"),
        pytest.param(TRACKS, {"isrcs": ["x"]}, "BAD_USER_INPUT", "is not an ISRC", id="variable"),
        pytest.param(TRACKS, {"isrcs": [None]}, "BAD_USER_INPUT", "null", id="null-in-a-list"),
        pytest.param(TRACKS, {}, "BAD_USER_INPUT", "was not provided", id="variable-missing"),
        pytest.param(TRACKS, {"isrcs": [ISRC] * 201}, "BAD_USER_INPUT", "201 ISRCs are too many", id="long-list"),
        pytest.param(
            "mutation ($isrcs: [ISRC!]!) { refreshViewCounts(isrcs: $isrcs) { refreshed } }",
            {"isrcs": [ISRC] * 201},
            "BAD_USER_INPUT",
            "201 ISRCs are too many",
            id="long-list-to-refresh",
        ),
        pytest.param("subscription { a }", {}, "BAD_USER_INPUT", "", id="subscription"),
    ],
)
def test_a_query_that_cannot_be_used_gets_a_code(lonely_api, query, variables, code, message):
    response = lonely_api.client.post("/graphql", json={"query": query, "variables": variables})
    assert response.status_code in (200, 400)
    error = response.json()["errors"][0]
    assert error["extensions"] == {"code": code}
    assert message in error["message"]


def test_history_is_kept_for_a_year_and_asking_for_more_is_refused(database, api):
    add_tracks(database, [ISRC])
    execute(database, "insert into view_counts values (:isrc, 1, 5, now())", isrc=ISRC)
    for days in (0, 366, -1, 2147483647):
        query = f'{{ track(isrc: "{ISRC}") {{ viewCounts {{ history(days: {days}) {{ count }} }} }} }}'
        assert api.errors(query)[0]["extensions"] == {"code": "BAD_USER_INPUT"}


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        pytest.param(b"{}", {"content-type": "text/plain"}, 415, id="text"),
        pytest.param(b"--x--", {"content-type": "multipart/form-data; boundary=x"}, 415, id="multipart"),
        pytest.param(b"{", JSON, 400, id="no-json"),
        pytest.param(b"", JSON, 400, id="empty"),
        pytest.param(b"[" * 50_000, JSON, 400, id="deep-json"),
        pytest.param(rb'{"query": "{ a(b: \"\ud800\") }"}', JSON, 400, id="lone-surrogate"),
        pytest.param(b"[]", JSON, 400, id="a-list"),
        pytest.param(b'{"query": 1}', JSON, 400, id="query-is-a-number"),
        pytest.param(b'{"query": "{ services { name } }", "variables": 1}', JSON, 400, id="variables-are-a-number"),
        pytest.param(b'{"query": "{ services { name } }", "operationName": "X"}', JSON, 200, id="no-such-operation"),
        pytest.param(b'{"query": "' + b"a" * 100_001 + b'"}', JSON, 413, id="too-long"),
    ],
)
def test_a_body_that_cannot_be_used_gets_a_status_and_a_code(lonely_api, body, headers, status):
    response = lonely_api.client.post("/graphql", content=body, headers=headers)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert response.json()["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}


def test_a_body_without_a_length_is_cut_off_at_the_limit(lonely_api):
    response = lonely_api.client.post("/graphql", content=(b" " * 10_000 for _ in range(20)), headers=JSON)
    assert response.status_code == 413


def test_a_defect_is_hidden_behind_an_id_that_is_in_the_log(database, api, caplog):
    execute(database, "alter table tracks rename column title to heading")
    with caplog.at_level(logging.ERROR):
        response = api.post(TRACKS, isrcs=[ISRC])
    (error,) = response.json()["errors"]
    assert error["message"] == "Internal server error"
    assert set(error["extensions"]) == {"code", "id"}
    assert "title" not in response.text
    assert "psycopg" not in response.text
    (record,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert error["extensions"]["id"] in record.getMessage()


def test_what_fails_outside_of_a_query_is_hidden_behind_an_id_as_well(lonely_api, caplog):
    sent: list[Message] = []

    async def receive() -> Message:
        raise RuntimeError("psycopg has a password")

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/graphql", "headers": [], "query_string": b"", "client": None}
    with caplog.at_level(logging.ERROR), suppress(RuntimeError):
        asyncio.run(lonely_api.app(scope, receive, send))
    start, body = sent[0], orjson.loads(sent[1]["body"])
    assert start["status"] == 500
    (error,) = body["errors"]
    assert error == {
        "message": "Internal server error",
        "extensions": {"code": "INTERNAL_SERVER_ERROR", "id": dict(start["headers"])[b"x-request-id"].decode()},
    }
    (record,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert error["extensions"]["id"] in record.getMessage()


def test_what_takes_too_long_gets_503_and_is_counted_by_its_field(database, redis_url):
    settings = settings_for(database, redis_url, API_REQUEST_SECONDS="0.3")
    with running(settings) as api, database.engine.connect() as connection:
        connection.execute(text("lock table tracks in access exclusive mode"))
        response = api.post('query Slow { searchTracks(text: "x") { isrc } }')
        assert response.status_code == 503
        assert response.headers["retry-after"] == "1"
        assert response.json()["errors"][0]["extensions"]["code"] == "REQUEST_TIMEOUT"
        counted = 'viewcount_api_requests_total{operation="searchTracks",outcome="REQUEST_TIMEOUT"} 1.0'
        assert counted in api.client.get("/metrics").text


def test_introspection_as_tools_send_it_is_not_too_deep(lonely_api):
    assert lonely_api.data(get_introspection_query())["__schema"]["queryType"]["name"] == "Query"
