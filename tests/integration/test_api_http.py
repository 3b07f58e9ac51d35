"""GraphQL over HTTP as clients see it: media types, GET, caching, compression, other origins and paths."""

import gzip
from collections.abc import Iterator
from urllib.parse import urlencode

import brotli
import httpx
import orjson
import pytest
import zstandard
from graphql import get_introspection_query

from tests.api_fixtures import Api, running, settings_for
from viewcount_core.database import Database
from viewcount_local.supervisor import Servers

GRAPHQL, JSON = "application/graphql-response+json", "application/json"
INVALID = {"query": "{ nothing }"}
NAMES = {"query": "{ services { name } }"}
LONG = {"query": get_introspection_query()}
SITE = "https://www.example.com"


@pytest.fixture(scope="module")
def api(shared_database: Database, servers: Servers) -> Iterator[Api]:
    """One app for all: nothing here writes."""
    with running(settings_for(shared_database, f"{servers.redis_url}/3", API_CORS_ORIGINS=SITE)) as api:
        yield api


def get(api: Api, parameters: dict[str, str], **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return api.client.get(f"/graphql?{urlencode(parameters)}", headers=named)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        pytest.param(f"{GRAPHQL}, {JSON};q=0.9", GRAPHQL, id="the-newer-one-first"),
        pytest.param(f"{JSON}, {GRAPHQL}", GRAPHQL, id="equally-welcome"),
        pytest.param(f"{GRAPHQL};q=0.5, {JSON}", JSON, id="the-older-one-rather"),
        pytest.param(f"{JSON}, */*", JSON, id="named-and-anything"),
        pytest.param("application/*", JSON, id="a-family"),
        pytest.param(f"{GRAPHQL};q=0, */*", JSON, id="one-refused"),
        pytest.param("text/html, */*;q=0.1", JSON, id="a-page-or-anything"),
        pytest.param(f"{JSON};q=2", JSON, id="a-weight-that-is-none"),
    ],
)
def test_the_media_type_is_the_one_that_the_client_likes_best(api, accept, expected):
    response = api.client.post("/graphql", json=NAMES, headers={"accept": accept})
    assert response.headers["content-type"] == f"{expected}; charset=utf-8"


@pytest.mark.parametrize("accept", ["text/plain", "text/html", f"{JSON};q=0", "image/*", f"{JSON};q=0, */*;q=0"])
def test_what_cannot_be_made_is_not_acceptable(api, accept):
    response = api.client.post("/graphql", json=NAMES, headers={"accept": accept})
    assert response.status_code == 406
    assert response.json()["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}


@pytest.mark.parametrize(("accept", "status"), [(GRAPHQL, 400), (JSON, 200)])
def test_a_query_that_is_not_executed_has_the_status_of_its_media_type(api, accept, status):
    response = api.client.post("/graphql", json=INVALID, headers={"accept": accept})
    assert response.status_code == status
    assert "data" not in response.json()


@pytest.mark.parametrize(
    "query_string",
    [
        pytest.param("", id="nothing"),
        pytest.param("query=", id="an-empty-query"),
        pytest.param("query={services{name}}&query={services{name}}", id="two-queries"),
        pytest.param("query={services{name}}&variables={", id="variables-that-are-no-json"),
        pytest.param("query={services{name}}&variables=[]", id="variables-that-are-a-list"),
        pytest.param("query={services{name}}&extensions=1", id="extensions-that-are-a-number"),
        pytest.param("query=%ED%A0%80", id="a-lone-surrogate"),
        pytest.param("query=%FF", id="no-utf-8"),
        pytest.param("&".join(f"p{number}=1" for number in range(100)), id="many-parameters"),
        pytest.param("query={a}&variables={%22a%22:" + "[" * 100 + "]" * 100 + "}", id="deep-variables"),
    ],
)
def test_a_query_string_that_cannot_be_used_gets_400_and_a_code(api, query_string):
    response = api.client.get(f"/graphql?{query_string}", headers={"accept": JSON})
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}
    assert response.headers["cache-control"] == "no-store"


def test_nothing_is_changed_by_get(api):
    response = get(api, {"query": 'mutation { refreshViewCounts(isrcs: ["USUM71604711"]) { refreshed } }'})
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert api.client.put("/graphql", json=NAMES).status_code == 405


def test_what_was_asked_before_and_has_not_changed_is_not_sent_again(api):
    first = get(api, NAMES)
    assert first.headers["etag"].startswith('"')
    assert "no-store" not in first.headers["cache-control"]
    assert first.headers["vary"] == "Accept, Accept-Encoding, Origin"
    for known in (first.headers["etag"], f'W/{first.headers["etag"]}, "other"', "*"):
        again = get(api, NAMES, if_none_match=known)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert again.headers["vary"] == first.headers["vary"]
        assert again.headers["cache-control"] == first.headers["cache-control"]
    assert get(api, NAMES, if_none_match='"other"').content == first.content


def test_head_is_get_without_the_body(api):
    whole = get(api, NAMES)
    head = api.client.head("/graphql", params=NAMES)
    assert head.status_code == 200
    assert head.content == b""
    assert {name: head.headers[name] for name in ("content-length", "etag", "content-type")} == {
        name: whole.headers[name] for name in ("content-length", "etag", "content-type")
    }


def test_an_error_is_kept_by_nobody(api):
    for answer in (get(api, INVALID), api.client.post("/graphql", json=INVALID)):
        assert answer.headers["cache-control"] == "no-store"
        assert "etag" not in answer.headers


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        pytest.param("gzip", "gzip", id="gzip"),
        pytest.param("br", "br", id="brotli"),
        pytest.param("zstd", "zstd", id="zstandard"),
        pytest.param("gzip, deflate, br, zstd", "zstd", id="what-browsers-send"),
        pytest.param("gzip;q=1, br;q=0.5, zstd;q=0.1", "gzip", id="by-weight"),
        pytest.param("zstd;q=0, *", "br", id="all-but-one"),
        pytest.param("identity, gzip;q=0.5", None, id="rather-as-it-is"),
        pytest.param("deflate", None, id="unknown"),
        pytest.param("*;q=0", None, id="nothing-at-all"),
        pytest.param("", None, id="empty"),
    ],
)
def test_a_long_body_is_compressed_as_the_client_wishes(api, accepted, coding):
    plain = orjson.loads(raw(api, LONG, "identity").content)
    response = raw(api, LONG, accepted)
    assert response.headers.get("content-encoding") == coding
    undo = {"gzip": gzip.decompress, "br": brotli.decompress, "zstd": lambda body: zstandard.decompress(body)}
    body = response.content
    assert orjson.loads(undo[coding](body) if coding else body) == plain
    assert response.headers["etag"].endswith(f'-{coding}"') == bool(coding)


def raw(api: Api, parameters: dict[str, str], accepted: str) -> httpx.Response:
    """A response whose body is as it was sent."""
    url = f"/graphql?{urlencode(parameters)}"
    with api.client.stream("GET", url, headers={"accept-encoding": accepted}) as response:
        response._content = b"".join(response.iter_raw())
    return response


def test_a_short_body_is_compressed_only_for_those_who_take_no_other(api):
    assert "content-encoding" not in raw(api, NAMES, "gzip").headers
    assert raw(api, NAMES, "gzip, identity;q=0").headers["content-encoding"] == "gzip"
    assert raw(api, NAMES, "br, *;q=0").headers["content-encoding"] == "br"


def test_each_coding_has_a_tag_of_its_own(api):
    tags = {raw(api, LONG, coding).headers["etag"] for coding in ("identity", "gzip", "br", "zstd")}
    assert len(tags) == 4
    tag = raw(api, LONG, "br").headers["etag"]
    assert get(api, LONG, if_none_match=tag, accept_encoding="br").status_code == 304
    assert get(api, LONG, if_none_match=tag, accept_encoding="gzip").status_code == 200


def test_pages_of_the_named_origin_may_read_answers_and_no_others(api):
    allowed = api.client.post("/graphql", json=NAMES, headers={"origin": SITE})
    assert allowed.headers["access-control-allow-origin"] == SITE
    assert "Origin" in allowed.headers["vary"]
    refused = api.client.post("/graphql", json={"query": 1}, headers={"origin": SITE})
    assert refused.headers["access-control-allow-origin"] == SITE, "or the page could not read what is wrong"
    for headers in ({"origin": "https://example.com"}, {"origin": "null"}, {}):
        answer = api.client.post("/graphql", json=NAMES, headers=headers)
        assert "access-control-allow-origin" not in answer.headers
        assert "Origin" in answer.headers["vary"]


def test_a_preflight_tells_what_may_be_sent(api):
    asking = {"access-control-request-method": "POST", "access-control-request-headers": "content-type, x-mine"}
    allowed = api.client.options("/graphql", headers={"origin": SITE, **asking})
    assert allowed.status_code == 204
    assert allowed.headers["access-control-allow-origin"] == SITE
    assert "POST" in allowed.headers["access-control-allow-methods"]
    assert allowed.headers["access-control-allow-headers"] == "content-type, x-mine"
    other = api.client.options("/graphql", headers={"origin": "https://example.com", **asking})
    assert other.status_code == 204
    assert "access-control-allow-origin" not in other.headers
    assert api.client.options("/graphql").headers["allow"] == "GET, HEAD, POST, OPTIONS"


@pytest.mark.parametrize("path", ["/graphql", "/api/GetPlayCounts/", "/gql/", "/api/gql/"])
def test_every_path_that_builds_of_the_site_use_leads_to_the_same_answers(api, path):
    for address in (path, path.rstrip("/"), f"{path.rstrip('/')}/"):
        assert api.client.post(address, json={"query": "{ __typename }"}).json() == {"data": {"__typename": "Query"}}


def test_a_browser_gets_the_page_and_a_link_with_a_query_its_answer(api):
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    page = api.client.get("/graphql", headers={"accept": browser})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert get(api, NAMES, accept=browser).json()["data"]["services"]


@pytest.mark.parametrize(
    "content_type",
    ["application/json; charset=utf-8", 'Application/JSON ; Charset="UTF-8"', "application/json"],
)
def test_json_in_utf_8_is_understood(api, content_type):
    body = orjson.dumps({"query": '{ track(isrc: "USUM71604711") { title } }'})
    response = api.client.post("/graphql", content=body, headers={"content-type": content_type})
    assert response.json() == {"data": {"track": None}}


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"content-type": "application/json; charset=utf-16"}, id="another-charset"),
        pytest.param({"content-type": "application/jsonp"}, id="another-type"),
        pytest.param({"content-type": "application/json", "content-encoding": "gzip"}, id="compressed"),
        pytest.param({}, id="none"),
    ],
)
def test_a_body_of_another_kind_is_not_read(api, headers):
    response = api.client.post("/graphql", content=b'{"query": "{ __typename }"}', headers=headers)
    assert response.status_code == 415
