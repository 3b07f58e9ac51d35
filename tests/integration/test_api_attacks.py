"""Whatever is sent to do harm gets a code and a short answer, shows nothing of the inside and fills no log."""

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import httpx
import pytest

from tests.api_fixtures import Api, add_tracks, running, settings_for
from tests.ports import free_port
from viewcount_core.database import Database
from viewcount_core.settings import Settings

ISRC = "USUM71234567"
JSON = {"content-type": "application/json"}
INSIDE = ("Traceback", "viewcount", "psycopg", "sqlalchemy", "site-packages", ".py", "redis", "Undefined")
TRACKS = "query ($isrcs: [ISRC!]!) { tracks(isrcs: $isrcs) { isrc } }"
MOVERS = "query ($first: Int, $after: String) { movers(first: $first, after: $after) { edges { cursor } } }"
CHANGES = """query ($isrcs: [ISRC!]!, $window: Window = WEEK) {
    tracks(isrcs: $isrcs) { viewCounts { change(window: $window) { views } } } }"""
SERVICES = """query ($isrcs: [ISRC!]!, $services: [ServiceName!]) {
    tracks(isrcs: $isrcs) { viewCounts(services: $services) { service } } }"""
HISTORY = 'query ($days: Int! = 30) { track(isrc: "USUM71234567") { viewCounts { history(days: $days) { count } } } }'


def lonely_settings(**changes: object) -> Settings:
    nowhere = f"127.0.0.1:{free_port()}"
    servers = {"DATABASE_URL": f"postgresql://nobody@{nowhere}/nothing", "REDIS_URL": f"redis://{nowhere}"}
    return Settings(**servers, YOUTUBE_EMULATOR_URL="http://127.0.0.1:1", **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def lonely_api() -> Iterator[Api]:
    """The app without its servers: an attack that gets as far as them is one that was not refused."""
    with running(lonely_settings(), until_ready=False) as api:
        yield api


@pytest.fixture
def api(database: Database, redis_url: str) -> Iterator[Api]:
    add_tracks(database, [ISRC])
    with running(settings_for(database, redis_url)) as api:
        yield api


def assert_refused(response: httpx.Response, *codes: str) -> None:
    assert response.status_code in range(200, 500)
    assert response.headers["x-content-type-options"] == "nosniff"
    assert len(response.content) < 10_000
    found = {error["extensions"]["code"] for error in response.json()["errors"]}
    assert found <= set(codes), response.text
    assert [word for word in INSIDE if word in response.text] == []


def aliases(number: int, field: str) -> str:
    return "{" + " ".join(f"a{index}: {field}" for index in range(number)) + "}"


PARSE, VALIDATE, INPUT = "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT"
DOCUMENTS = {
    "aliases": (aliases(16, "services { name }"), VALIDATE),
    "a-thousand-aliases": (aliases(1000, "services { name }"), PARSE),
    "directives": ("{ services " + "@skip(if: true) " * 51 + "{ name } }", VALIDATE),
    "unknown-directives": ("{ services " + "@a " * 490 + "{ name } }", VALIDATE),
    "one-field-over-and-over": ("{ services { " + "name " * 980 + "} }", VALIDATE),
    "overlapping-fields": ("{ " + "services { name } " * 200 + "}", VALIDATE),
    "overlapping-fields-of-many-fragments": (
        "{ " + " ".join(f"...F{index}" for index in range(40)) + " }"
        + " ".join(f"fragment F{index} on Query {{ services {{ name }} }}" for index in range(40)),
        VALIDATE,
    ),
    "fragment-cycle": ("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }", VALIDATE),
    "fragments-that-double": (
        "{ track(isrc: \"USUM71234567\") { ...F0 } } "
        + " ".join(f"fragment F{i} on Track {{ ...F{i + 1} ...F{i + 1} }}" for i in range(48))
        + " fragment F48 on Track { nothing }",
        VALIDATE,
    ),
    "fragments-that-multiply-mutations": (
        "mutation { ...A } "
        + " ".join(f"fragment {a} on Mutation {{ {f'...{b} ' * 30}}}" for a, b in pairwise("ABCDEFGHIJ"))
        + " fragment J on Mutation { refreshViewCounts(isrcs: []) { unknown } }",
        "RATE_LIMITED",
    ),
    "pairs-of-fields": (
        "{ " + f'track(isrc: "{ISRC}") {{ isrc title artist album active youtubeUrl spotifyUrl }} ' * 29 + "}",
        VALIDATE,
    ),
    "many-fragments": ("{ a } " + " ".join(f"fragment F{index} on Query {{ a }}" for index in range(60)), VALIDATE),
    "many-operations": (" ".join(f"query Q{index} {{ services {{ name }} }}" for index in range(60)), VALIDATE),
    "deep-fields": ("{ a " * 300 + "}" * 300, PARSE),
    "nine-levels": ("{ a" * 9 + " }" * 9, VALIDATE),
    "deep-inline-fragments": ("{ " + "... { " * 300 + "a" + " }" * 301, PARSE),
    "deep-fragments-one-after-the-other": (
        "{ ...F0 } "
        + " ".join(f"fragment F{i} on Query {{ {'... { ' * 36}...F{i + 1}{' }' * 36} }}" for i in range(8))
        + " fragment F8 on Query { services { name } }",
        VALIDATE,
    ),
    "deep-list": ("{ tracks(isrcs: " + "[" * 480 + "]" * 480 + ") { isrc } }", PARSE),
    "deep-object": ("{ tracks(isrcs: " + "{a: " * 190 + "1" + "}" * 190 + ") { isrc } }", INPUT),
    "deep-type": ("query ($a: " + "[" * 480 + "Int" + "]" * 480 + ") { a }", PARSE),
    "deep-introspection": (
        "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }",
        VALIDATE,
    ),
    "wide-introspection": (aliases(15, "__schema { types { fields { type { fields { args { name } } } } } }"), INPUT),
    "unknown-fields": ("{ " + " ".join(f"a{index}" for index in range(900)) + " }", VALIDATE),
    "a-long-name": ("{ " + "a" * 19_000 + " }", VALIDATE),
    "a-long-string": ('{ track(isrc: "' + "a" * 19_000 + '") { isrc } }', INPUT),
    "a-long-number": ("{ movers(first: " + "9" * 19_000 + ") { edges { cursor } } }", VALIDATE),
    "a-name-as-long-as-a-body": ("{ " + "a" * 90_000 + " }", PARSE),
    "a-lone-surrogate-escaped": (r'{ track(isrc: "\ud800") { isrc } }', PARSE),
    "a-control-character": ('{ track(isrc: "\0") { isrc } }', INPUT),
    "null-for-what-has-a-default": ("{ movers(first: null) { edges { cursor } } }", VALIDATE),
    "a-negative-amount": ("{ movers(first: -1) { edges { cursor } } }", INPUT),
    "a-huge-amount": ("{ movers(first: 2147483647) { edges { cursor } } }", INPUT),
    "an-amount-beyond-32-bits": ("{ movers(first: 99999999999999) { edges { cursor } } }", VALIDATE),
    "amounts-inside-each-other": (
        aliases(15, "topTracks(first: 100) { edges { node { viewCounts { history(days: 365) { date } } } } }"),
        INPUT,
    ),
    "amounts-through-fragments": (
        "{ topTracks(first: 100) { edges { node { ...A } } } } fragment A on Track { viewCounts { ...B } }"
        " fragment B on ServiceViewCounts { a: history(days: 365) { ...C } b: history(days: 364) { ...C } }"
        " fragment C on DailyCount { date count delta }",
        INPUT,
    ),
    "a-long-list-of-literals": ("{ tracks(isrcs: [" + f'"{ISRC}" ' * 201 + "]) { isrc } }", INPUT),
    "subscription": ("subscription { nothing }", None),
    "sdl": ("type Query { a: Int }", VALIDATE),
}  # fmt: skip


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_made_to_cost_is_refused(lonely_api, capfd, name):
    query, code = DOCUMENTS[name]
    response = lonely_api.client.post("/graphql", json={"query": query})
    assert_refused(response, *([code] if code else [INPUT, VALIDATE]))
    assert longest_line(capfd) <= 1000


VARIABLES: dict[str, tuple[str, Any]] = {
    "null": (TRACKS, {"isrcs": None}),
    "a-null-inside": (TRACKS, {"isrcs": [None]}),
    "none": (TRACKS, {}),
    "a-number": (TRACKS, {"isrcs": 1}),
    "an-object": (TRACKS, {"isrcs": {"a": 1}}),
    "lists-in-lists": (TRACKS, {"isrcs": [[[ISRC]]]}),
    "malformed-isrcs": (TRACKS, {"isrcs": ["x" * 400] * 200}),
    "digits-of-another-script": (TRACKS, {"isrcs": ["USUM7123456\N{ARABIC-INDIC DIGIT SEVEN}"]}),
    "two-hundred-and-one": (TRACKS, {"isrcs": [ISRC] * 201}),
    "six-thousand": (TRACKS, {"isrcs": [ISRC] * 6000}),
    "first-is-null": (MOVERS, {"first": None}),
    "first-is-negative": (MOVERS, {"first": -1}),
    "first-is-huge": (MOVERS, {"first": 2**31 - 1}),
    "first-is-beyond-64-bits": (MOVERS, {"first": 10**30}),
    "first-is-a-fraction": (MOVERS, {"first": 1.5}),
    "first-is-text": (MOVERS, {"first": "20"}),
    "first-is-true": (MOVERS, {"first": True}),
    "first-is-a-list": (MOVERS, {"first": [20]}),
    "a-malformed-cursor": (MOVERS, {"after": "x"}),
    "a-long-cursor": (MOVERS, {"after": "eyJ" * 20_000}),
    "a-deep-cursor": (MOVERS, {"after": "W1tbW1tbW1tbW1tbW1tbW1tb" * 100}),
    "a-cursor-of-another-type": (MOVERS, {"after": 5}),
    "null-in-thousands-of-places": (CHANGES, {"isrcs": [ISRC] * 200, "window": None}),
    "services-by-the-thousand": (SERVICES, {"isrcs": [ISRC] * 200, "services": ["YOUTUBE"] * 6000}),
    "no-days": (HISTORY, {"days": 0}),
    "too-many-days": (HISTORY, {"days": 366}),
}  # fmt: skip


@pytest.mark.parametrize("name", VARIABLES)
def test_variables_that_cannot_be_used_are_refused(lonely_api, capfd, name):
    query, variables = VARIABLES[name]
    assert_refused(lonely_api.client.post("/graphql", json={"query": query, "variables": variables}), INPUT)
    assert longest_line(capfd) <= 1000


BODIES: dict[str, tuple[bytes, dict[str, str]]] = {
    "ten-megabytes": (b'{"query": "' + b"a" * 10_000_000 + b'"}', JSON),
    "deep-json-in-variables": (
        b'{"query": "{ services { name } }", "variables": {"a": ' + b"[" * 40_000 + b"]" * 40_000 + b"}}",
        JSON,
    ),
    "deep-json-objects": (b'{"query": "{ a }", "variables": ' + b'{"a":' * 10_000 + b"1" + b"}" * 10_001, JSON),
    "a-lone-surrogate": (b'{"query": "{ services { name } }", "variables": {"a": "\\ud800"}}', JSON),
    "nan": (b'{"query": "{ services { name } }", "variables": {"a": NaN}}', JSON),
    "infinity": (b'{"query": "{ services { name } }", "variables": {"a": -Infinity}}', JSON),
    "beyond-all-doubles": (b'{"query": "{ services { name } }", "variables": {"a": 1e400}}', JSON),
    "no-utf-8": (b'{"query": "\xff"}', JSON),
    "utf-16": ('{"query": "{ services { name } }"}'.encode("utf-16"), JSON),
    "a-batch": (b'[{"query": "{ services { name } }"}]', JSON),
    "a-form": (b"query=%7B+services+%7B+name+%7D+%7D", {"content-type": "application/x-www-form-urlencoded"}),
    "a-multipart-form": (b'--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{}\r\n--x--\r\n',
                         {"content-type": "multipart/form-data; boundary=x"}),
    "text": (b'{"query": "{ services { name } }"}', {"content-type": "text/plain"}),
    "no-media-type": (b'{"query": "{ services { name } }"}', {"content-type": ""}),
    "compressed": (b"\x1f\x8b", JSON | {"content-encoding": "gzip"}),
    "an-unknown-persisted-query": (
        b'{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "' + b"0" * 64 + b'"}}}',
        JSON,
    ),
    "a-persisted-query-under-a-wrong-hash": (
        b'{"query": "{ a }", "extensions": {"persistedQuery": {"version": 1, "sha256Hash": "' + b"0" * 64 + b'"}}}',
        JSON,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_a_body_made_to_cost_or_to_confuse_is_refused(lonely_api, capfd, name):
    body, headers = BODIES[name]
    response = lonely_api.client.post("/graphql", content=body, headers=headers)
    assert_refused(response, INPUT, "PERSISTED_QUERY_NOT_FOUND")
    assert longest_line(capfd) <= 1000


def test_the_later_of_two_equal_keys_counts(lonely_api):
    body = b'{"query": "{ nothing }", "query": "{ __typename }"}'
    assert lonely_api.client.post("/graphql", content=body, headers=JSON).json() == {"data": {"__typename": "Query"}}


def test_a_variable_that_nobody_declared_is_of_no_use_and_no_harm(lonely_api):
    body = {"query": "{ __typename }", "variables": {"x" * 1000: [1] * 5000}}
    assert lonely_api.client.post("/graphql", json=body).json() == {"data": {"__typename": "Query"}}


def test_two_hundred_errors_are_told_as_twenty(lonely_api):
    errors = lonely_api.errors("{ " + " ".join(f"a{index}" for index in range(200)) + " }")
    assert len(errors) == 20
    assert errors[-1]["message"].endswith("more errors.") or "Too many" in errors[-1]["message"]


def test_long_names_and_ids_do_not_lengthen_the_log(lonely_api, capfd):
    name = "Q" * 5000
    lonely_api.client.post(
        "/graphql",
        json={"query": f"query {name} {{ __typename }}", "operationName": name},
        headers={"x-request-id": "i" * 5000, "user-agent": "u" * 5000, "x-forwarded-for": ", ".join(["1.2.3.4"] * 500)},
    )
    lonely_api.client.get("/" + "%00%22%5c%f0%9f%98%80" * 500)
    assert 0 < longest_line(capfd) <= 1000


def test_a_mutation_by_get_changes_nothing(lonely_api):
    query = f'mutation {{ refreshViewCounts(isrcs: ["{ISRC}"]) {{ refreshed }} }}'
    response = lonely_api.client.get("/graphql", params={"query": query})
    assert response.status_code == 405
    assert_refused(response, INPUT)


def test_introspection_and_suggestions_can_be_switched_off():
    settings = lonely_settings(API_INTROSPECTION=False, API_SUGGESTIONS=False)
    with running(settings, until_ready=False) as api:
        for query in ("{ __schema { types { name } } }", '{ __type(name: "Track") { name } }'):
            assert api.errors(query)[0]["extensions"] == {"code": VALIDATE}
        for query in (
            "{ service { name } }",
            "{ tracks(isrc: 1) { isrc } }",
            "{ movers(window: DAI) { edges { cursor } } }",
        ):
            assert "Did you mean" not in api.post(query).text
        query = "query ($window: Window!) { movers(window: $window) { edges { cursor } } }"
        assert "Did you mean" not in api.post(query, window="DAI").text
        assert api.data("{ __typename }") == {"__typename": "Query"}


def test_suggestions_are_made_otherwise(lonely_api):
    assert "Did you mean" in lonely_api.errors("{ service { name } }")[0]["message"]


def test_a_request_within_all_limits_is_answered(api):
    isrcs = [ISRC, *(f"USUM7{number:07}" for number in range(199))]
    fields = "title viewCountDataJson viewCounts { history { date count } }"
    query = f"query ($isrcs: [ISRC!]!) {{ tracks(isrcs: $isrcs) {{ {fields} }} }}"
    assert len(api.data(query, isrcs=isrcs)["tracks"]) == 200


def longest_line(capfd: pytest.CaptureFixture[str]) -> int:
    """Of all that was logged since the last look, on both ways out; access lines are JSON."""
    out, err = capfd.readouterr()
    for line in out.splitlines():
        json.loads(line)
    return max((len(line.encode()) for line in [*out.splitlines(), *err.splitlines()]), default=0)
