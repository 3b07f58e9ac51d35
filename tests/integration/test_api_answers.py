"""The API answers what is recorded, in the shape that is promised, over real HTTP."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile

import pytest
import redis

from tests.api_fixtures import Api, add_history, add_tracks, execute, running, set_count, settings_for, statements
from tests.derivation import Derivation
from viewcount_core.database import Database
from viewcount_core.records import Service

ISRC, OTHER, UNKNOWN = "USUM71234567", "GBAYE0601498", "FRZ039800212"
DATA = "query ($isrcs: [ISRC!]!) { tracks(isrcs: $isrcs) { isrc viewCountDataJson } }"
WORKED_EXAMPLE = {
    "spotify": {
        "current": 123456,
        "last_updated": "2025-01-15T10:30:00Z",
        "historical": [
            {"date": "2025-01-14", "count": 123000, "delta": 500},
            {"date": "2025-01-13", "count": 122500, "delta": 800},
        ],
    },
    "youtube": {"current": 98765, "last_updated": "2025-01-15T10:31:07Z", "historical": []},
}


@pytest.fixture
def api(database: Database, redis_url: str) -> Iterator[Api]:
    with running(settings_for(database, redis_url)) as api:
        yield api


def record_worked_example(database: Database) -> None:
    add_tracks(database, [ISRC])
    set_count(database, ISRC, Service.SPOTIFY, 123456, datetime(2025, 1, 15, 10, 30, tzinfo=UTC))
    set_count(database, ISRC, Service.YOUTUBE, 98765, datetime(2025, 1, 15, 10, 31, 7, tzinfo=UTC))
    add_history(
        database,
        ISRC,
        Service.SPOTIFY,
        [(date(2025, 1, 13), 122500, 800, 1), (date(2025, 1, 14), 123000, 500, 1), (date(2025, 1, 15), 123456, 456, 1)],
    )


def view_data(api: Api, isrc: str) -> object:
    return api.data(DATA, isrcs=[isrc])["tracks"][0]["viewCountDataJson"]


def test_the_worked_example_is_answered_to_the_letter(database, api):
    record_worked_example(database)
    expected = {"data": {"tracks": [{"isrc": ISRC, "viewCountDataJson": WORKED_EXAMPLE}]}}
    assert api.post(DATA, isrcs=[ISRC]).json() == expected
    assert api.post(DATA, isrcs=[ISRC]).json() == expected, "from the cache, too"


def test_history_is_the_recorded_days_of_the_thirty_before(database, api):
    add_tracks(database, [ISRC])
    # Half past midnight in UTC: the day before in every American zone.
    last = datetime(2025, 3, 2, 0, 30, tzinfo=UTC)
    set_count(database, ISRC, Service.YOUTUBE, 9_999_999_999, last)
    recorded = [last.date() - timedelta(days=ago) for ago in (0, 1, 2, 5, 30, 31)]
    add_history(
        database,
        ISRC,
        Service.YOUTUBE,
        [(day, 9_000_000_000 + number, None, None) for number, day in enumerate(recorded)],
    )

    assert view_data(api, ISRC) == {
        "youtube": {
            "current": 9_999_999_999,
            "last_updated": "2025-03-02T00:30:00Z",
            "historical": [
                {"date": "2025-03-01", "count": 9_000_000_001, "delta": None},
                {"date": "2025-02-28", "count": 9_000_000_002, "delta": None},
                {"date": "2025-02-25", "count": 9_000_000_003, "delta": None},
                {"date": "2025-01-31", "count": 9_000_000_004, "delta": None},
            ],
        }
    }


def test_a_list_keeps_order_and_length_with_null_for_what_is_unknown(database, api):
    record_worked_example(database)
    add_tracks(database, [OTHER])
    asked = [OTHER, UNKNOWN, ISRC, OTHER]
    for _ in range(2):
        tracks = api.data(DATA, isrcs=asked)["tracks"]
        assert [track and track["isrc"] for track in tracks] == [OTHER, None, ISRC, OTHER]
        assert tracks[0]["viewCountDataJson"] == {}, "known, with nothing recorded yet"
    assert api.data("{ tracks(isrcs: []) { isrc } }") == {"tracks": []}


def test_isrcs_are_taken_with_hyphens_and_in_lower_case(database, api):
    add_tracks(database, [ISRC])
    assert api.data('{ track(isrc: "us-um7-12-34567") { isrc } }') == {"track": {"isrc": ISRC}}


def test_the_typed_fields_say_the_same(database, api):
    record_worked_example(database)
    execute(database, "update historical_view_counts set quality = 'restated' where recorded_date = '2025-01-14'")
    query = """query ($isrc: ISRC!) { track(isrc: $isrc) {
        title artist active youtubeUrl spotifyUrl
        all: viewCounts { service current lastUpdated }
        one: viewCounts(services: [SPOTIFY]) { history(days: 1) { date count delta deltaDays quality } } } }"""
    for _ in range(2):
        assert api.data(query, isrc=ISRC)["track"] == {
            "title": f"Title of {ISRC}",
            "artist": None,
            "active": True,
            "youtubeUrl": "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
            "spotifyUrl": None,
            "all": [
                {"service": "YOUTUBE", "current": 98765, "lastUpdated": "2025-01-15T10:31:07Z"},
                {"service": "SPOTIFY", "current": 123456, "lastUpdated": "2025-01-15T10:30:00Z"},
            ],
            "one": [
                {
                    "history": [
                        {"date": "2025-01-14", "count": 123000, "delta": 500, "deltaDays": 1, "quality": "RESTATED"}
                    ]
                }
            ],
        }


def test_services_are_named(api):
    assert api.data("{ services { name displayName enabled } }")["services"] == [
        {"name": "YOUTUBE", "displayName": "YouTube", "enabled": True},
        {"name": "SPOTIFY", "displayName": "Spotify", "enabled": False},
    ]


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(DATA, id="json"),
        pytest.param(
            "query ($isrcs: [ISRC!]!) { tracks(isrcs: $isrcs) { title viewCounts { current history { count } } } "
            "again: tracks(isrcs: $isrcs) { ...F } } fragment F on Track { viewCountDataJson }",
            id="everything-twice",
        ),
    ],
)
def test_a_hundred_tracks_cost_one_mget_and_one_statement_then_one_mget_and_then_none(database, redis_url, api, query):
    isrcs = [f"USUM7{number:07}" for number in range(100)]
    add_tracks(database, isrcs)
    with redis.Redis.from_url(redis_url) as cache, statements() as said:
        assert entry_reads(cache, lambda: api.data(query, isrcs=isrcs)) == 1
        assert len(of_tracks(said)) == 1
        assert entry_reads(cache, lambda: api.data(query, isrcs=isrcs[::-1])) == 1
        assert len(of_tracks(said)) == 1
        assert entry_reads(cache, lambda: api.data(query, isrcs=isrcs)) == 0, "the whole answer is kept"


def entry_reads(cache: redis.Redis, act: Callable[[], object]) -> int:
    """How often the server was asked for entries meanwhile, whatever the command."""
    with cache.monitor() as monitor:
        act()
        cache.echo("all said")
        heard = list(
            takewhile(lambda command: "all said" not in command, (each["command"] for each in monitor.listen()))
        )
    return len([command for command in heard if ISRC[:4] in command and "GET " in command])


def of_tracks(said: list[str]) -> list[str]:
    """All but the look at the generation that happens every few seconds, and what SQLAlchemy asks a new connection."""
    return [statement for statement in said if "track" in statement and "select" in statement]


def test_pages_load_nothing_from_elsewhere(api):
    for path in ("/", "/graphql"):
        answer = api.client.get(path, headers={"accept": "text/html"})
        assert answer.status_code == 200
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert "https://" not in answer.text
    assert api.client.get("/static/explorer.js").status_code == 200
    assert api.client.get("/healthz").json() == {"status": "ok"}
    assert api.client.get("/readyz").json() == {"status": "ready", "postgresql": "ok", "cache": "ok"}


@pytest.mark.parametrize("wrong", [0, 110_000, 17_000, 3_000], ids=["zero", "another-unit", "jump", "fall"])
def test_a_reading_that_is_held_is_never_answered(database, redis_url, wrong):
    add_tracks(database, [ISRC])
    derivation = Derivation(database)
    first = date(2026, 1, 1)
    for number in range(10):
        derivation.observe(ISRC, f"{first + timedelta(days=number)}", 10_000 + 100 * number)
    derivation.observe(ISRC, "2026-01-11", wrong)
    derivation.rebuild(first, "2026-01-11")
    assert derivation.rows("select verdict from count_verdicts order by observed_at desc limit 1") == [("held",)]
    with running(settings_for(database, redis_url)) as api:
        answered = view_data(api, ISRC)
    assert (answered["youtube"]["current"], answered["youtube"]["last_updated"]) == (10_900, "2026-01-10T12:00:00Z")
    assert wrong not in [day["count"] for day in answered["youtube"]["historical"]]
    assert "2026-01-11" not in [day["date"] for day in answered["youtube"]["historical"]]
