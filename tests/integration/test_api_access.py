"""Who may do what how often, and what is noted of it."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.api_fixtures import Api, OwnValkey, add_tracks, running, settings_for
from tests.integration.test_api_metrics import sample
from viewcount_core import clock
from viewcount_core.errors import ConfigurationError
from viewcount_core.settings import load_settings

ISRC = "USUM71234567"
SECRET, OTHER = "a-secret-of-the-site", "another-long-secret"
REFRESH = f'mutation Refresh {{ refreshViewCounts(isrcs: ["{ISRC}"]) {{ refreshed }} }}'
TITLE = f'query Title {{ track(isrc: "{ISRC}") {{ title }} }}'
GRAPHQL = {"accept": "application/graphql-response+json"}


@pytest.fixture(autouse=True)
def one_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rates are counted by the minute, and no test is to see the next one."""
    monkeypatch.setattr(clock, "utc_now", lambda: datetime(2026, 3, 2, 22, 30, 10, tzinfo=UTC))


def refresh(api: Api, query: str = REFRESH, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return api.client.post("/graphql", json={"query": query}, headers=GRAPHQL | named)


def code(response: httpx.Response) -> str:
    return str(response.json()["errors"][0]["extensions"]["code"])


# --- API keys ---


def test_without_keys_anybody_sends_mutations(database, redis_url):
    add_tracks(database, [ISRC])
    with running(settings_for(database, redis_url)) as api:
        assert refresh(api).json() == {"data": {"refreshViewCounts": {"refreshed": [ISRC]}}}


def test_with_keys_mutations_need_one_and_queries_do_not(database, redis_url, capfd):
    add_tracks(database, [ISRC])
    with running(settings_for(database, redis_url, API_KEYS=f"site:{SECRET}, staff:{OTHER}")) as api:
        for headers in (
            {},
            {"authorization": "Bearer wrong"},
            {"authorization": f"Basic {SECRET}"},
            {"x_api_key": "x"},
        ):
            refused = refresh(api, **headers)
            assert (refused.status_code, code(refused)) == (401, "UNAUTHENTICATED")
            assert refused.headers["www-authenticate"] == "Bearer"
        bearers = [f"Bearer {SECRET}", f"bearer {OTHER}"]
        for headers in (*({"authorization": bearer} for bearer in bearers), {"x_api_key": OTHER}):
            assert refresh(api, **headers).json() == {"data": {"refreshViewCounts": {"refreshed": [ISRC]}}}
        assert api.data(TITLE)["track"]
        said = "".join(capfd.readouterr())
    assert SECRET not in said
    assert OTHER not in said


@pytest.mark.parametrize(
    "text",
    ["nothing-but-a-secret-of-mine", "Site:0123456789abcdef", "site:short", "a:0123456789abcdef,a:fedcba9876543210"],
)
def test_keys_that_cannot_be_used_are_refused_without_being_shown(monkeypatch, text):
    monkeypatch.setenv("API_KEYS", text)
    with pytest.raises(ConfigurationError, match="^API_KEYS: ") as refusal:
        load_settings()
    assert "secret-of-mine" not in str(refusal.value)
    assert "0123456789abcdef" not in str(refusal.value)


# --- rates ---


def test_too_many_mutations_of_a_client_wait_for_the_next_minute(database, redis_url):
    add_tracks(database, [ISRC])
    settings = settings_for(database, redis_url, API_MUTATIONS_PER_MINUTE=3, API_TRUSTED_PROXIES="127.0.0.1")
    with running(settings) as api, running(settings) as other:
        assert [refresh(each).status_code for each in (api, other, api)] == [200, 200, 200]
        for each in (api, other):
            refused = refresh(each)
            assert (refused.status_code, code(refused)) == (429, "RATE_LIMITED"), "all workers count together"
            assert refused.headers["retry-after"] == "50"
        assert refresh(api, x_forwarded_for="192.0.2.7").status_code == 200, "another client is not kept out"
        assert api.data(TITLE)["track"], "queries are not limited"
        twice = f"mutation {{ {' '.join(f'a{n}: refreshViewCounts(isrcs: []) {{ unknown }}' for n in range(4))} }}"
        assert refresh(api, twice, x_forwarded_for="192.0.2.8").status_code == 429, "each field counts"
        limited = sample(api.client.get("/metrics").text, "viewcount_api_rate_limited_total", limit="mutations")
        assert limited >= 3


def test_without_redis_each_process_counts_for_itself(database):
    valkey = OwnValkey()
    valkey.start()
    try:
        with running(settings_for(database, valkey.url, API_MUTATIONS_PER_MINUTE=2)) as api:
            valkey.stop()
            assert [refresh(api).status_code for _ in range(3)] == [200, 200, 429]
    finally:
        valkey.stop()


# --- clients ---


def test_a_forwarded_address_is_believed_from_trusted_proxies_alone(database, redis_url, capfd):
    def client_of(changes: dict[str, Any], *forwarded: str) -> str:
        with running(settings_for(database, redis_url, **changes)) as api:
            capfd.readouterr()
            headers = [("x-forwarded-for", line) for line in forwarded]
            api.client.post("/graphql", json={"query": TITLE}, headers=headers)
        return str(next(line for line in lines(capfd) if line["path"] == "/graphql")["client"])

    assert client_of({}, "192.0.2.1") == "127.0.0.1"
    trusted = {"API_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8"}
    assert client_of(trusted, "192.0.2.1") == "192.0.2.1"
    assert client_of(trusted, "198.51.100.9, 192.0.2.1, 10.1.2.3") == "192.0.2.1", "the rest is the client's own word"
    assert client_of(trusted, "198.51.100.9, 192.0.2.1", "10.1.2.3") == "192.0.2.1", "each proxy adds a line"
    assert client_of(trusted, "nonsense") == "127.0.0.1"


# --- what is noted ---


def test_each_request_is_one_line_of_json(database, redis_url, capfd):
    add_tracks(database, [ISRC])
    with running(settings_for(database, redis_url)) as api:
        capfd.readouterr()
        sent = api.client.post("/graphql", json={"query": TITLE}, headers={"x-request-id": "of-the-sender.1"})
        api.client.post("/graphql", json={"query": TITLE})
        api.client.post("/graphql", json={"query": "{ nothing }"})
        api.client.post("/graphql", content=b"{")
        made = api.client.get("/healthz", headers={"x-request-id": "not well formed"})
    asked, again, invalid, refused, health = [line for line in lines(capfd) if line["path"] != "/readyz"]
    assert sent.headers["x-request-id"] == asked["id"] == "of-the-sender.1"
    assert made.headers["x-request-id"] == health["id"]
    assert re.fullmatch("[0-9a-f]{16}", health["id"])
    assert asked | {"time": 0, "ms": 0} == {
        "time": 0,
        "id": "of-the-sender.1",
        "client": "127.0.0.1",
        "method": "POST",
        "path": "/graphql",
        "status": 200,
        "operation": "Title",
        "codes": [],
        "bytes": len(sent.content),
        "ms": 0,
        "cache": "miss",
    }
    assert again["cache"] == "hit"
    assert invalid["codes"] == ["GRAPHQL_VALIDATION_FAILED"]
    assert (refused["status"], refused["codes"]) == (415, ["BAD_USER_INPUT"])


def test_the_access_log_can_be_switched_off(database, redis_url, capfd):
    with running(settings_for(database, redis_url, API_ACCESS_LOG=False)) as api:
        api.client.post("/graphql", json={"query": TITLE})
    assert lines(capfd) == []


def test_requests_are_counted_by_the_field_they_ask_for(database, redis_url):
    add_tracks(database, [ISRC])

    def counted(**labels: str) -> float:
        return sample(api.client.get("/metrics").text, "viewcount_api_requests_total", **labels)

    with running(settings_for(database, redis_url)) as api:
        named = {"track": TITLE, "several": "{ services { name } pipelineStatus { generation } }"}
        named |= {"introspection": "{ __schema { queryType { name } } }", "refreshViewCounts": REFRESH}
        for operation, query in named.items():
            before = counted(operation=operation, outcome="OK")
            api.data(query)
            assert counted(operation=operation, outcome="OK") == before + 1
        before = counted(operation="none", outcome="GRAPHQL_VALIDATION_FAILED")
        api.post("query NameOfTheSender { nothing }")
        assert counted(operation="none", outcome="GRAPHQL_VALIDATION_FAILED") == before + 1
        text = api.client.get("/metrics").text
        assert "NameOfTheSender" not in text
        assert sample(text, "viewcount_api_sql_seconds_count", statement="api/track_views_by_isrcs") > 0
        assert sample(text, "viewcount_api_cache_reads_total", kind="track_facts", result="miss") > 0


# --- the page ---


def test_script_errors_are_counted_and_logged_in_one_clean_line(database, redis_url, caplog):
    report = {
        "message": "no\nline\x1b[31m breaks \u202e" + "é" * 5000,
        "source": 'x" client="10.0.0.1',
        "line": 3,
        "column": "4",
        "stack": "at f\n" * 800,
        "more": "of it",
    }
    with running(settings_for(database, redis_url)) as api:
        before = sample(api.client.get("/metrics").text, "viewcount_api_page_errors_total")
        assert api.client.post("/client-errors", json=report).status_code == 204
        assert sample(api.client.get("/metrics").text, "viewcount_api_page_errors_total") == before + 1
    (line,) = [record.getMessage() for record in caplog.records if "page_error" in record.message]
    assert line.isprintable()
    assert len(line.encode()) <= 900
    assert 'message="no line [31m breaks' in line
    assert "source=\"x' client='10.0.0.1\"" in line
    assert "line=3 column=0" in line
    assert "more" not in line


def test_what_is_no_report_is_refused(database, redis_url):
    json_type, text_type = {"content-type": "application/json"}, {"content-type": "text/plain"}
    with running(settings_for(database, redis_url)) as api:
        for body, headers, status in (
            (b"{", json_type, 400),
            (b"[]", json_type, 400),
            (b"{}", text_type, 415),
            (b" " * 16_001, json_type, 413),
        ):
            response = api.client.post("/client-errors", content=body, headers=headers)
            assert (response.status_code, code(response)) == (status, "BAD_USER_INPUT")
        assert api.client.get("/client-errors").status_code == 405


def test_a_page_that_fails_all_the_time_is_told_to_wait(database, redis_url):
    with running(settings_for(database, redis_url, API_TRUSTED_PROXIES="127.0.0.1")) as api:
        answers = [api.client.post("/client-errors", json={}) for _ in range(11)]
        assert [answer.status_code for answer in answers] == [204] * 10 + [429]
        assert answers[-1].headers["retry-after"] == "50"
        assert code(answers[-1]) == "RATE_LIMITED"
        others = [
            api.client.post("/client-errors", json={}, headers={"x-forwarded-for": f"192.0.2.{number % 200}"})
            for number in range(60)
        ]
        assert {answer.status_code for answer in others[:50]} == {204}
        assert {answer.status_code for answer in others[50:]} == {429}, "all clients together have a limit too"


def test_pages_keep_foreign_content_and_foreign_frames_out(database, redis_url):
    with running(settings_for(database, redis_url)) as api:
        for page in (api.client.get("/"), api.client.get("/graphql", headers={"accept": "text/html"})):
            policy = page.headers["content-security-policy"]
            for rule in ("default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'"):
                assert rule in policy
            assert "unsafe" not in policy
            assert page.headers["x-content-type-options"] == "nosniff"
            assert page.headers["referrer-policy"] == "no-referrer"
            assert page.headers["cross-origin-opener-policy"] == "same-origin"
            assert "camera=()" in page.headers["permissions-policy"]
            assert page.headers["x-request-id"]


def lines(capfd: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capfd.readouterr().out.splitlines()]
