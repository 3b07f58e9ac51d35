"""People find tracks by what they remember of them, however they type it."""

import json
from collections.abc import Iterator

import pytest

from tests.api_catalog import Recording, Series, record
from tests.api_fixtures import Api, execute, running, settings_for
from viewcount_core.database import Database
from viewcount_core.records import Service

SEARCH = "query ($text: String!, $first: Int! = 20) { searchTracks(text: $text, first: $first) { isrc title active } }"


def played(count: int) -> dict[Service, Series]:
    return {Service.YOUTUBE: Series(count, 1)}


TRACKS = {
    "Halo": Recording("Halo", "Beyoncé", "I Am… Sasha Fierce", series=played(1_000)),
    "Halo Again": Recording("Halo Again", "Someone", series=played(9_000)),
    "Halogen": Recording("Halogen", "Rhode Dick", is_active=False, series=played(5_000)),
    "Royksopp": Recording("Sjørøveren", "Röyksopp", "Blå", series=played(400)),
    "Percent": Recording("100% Pure_Love", "A\\B 'n' C*", series=played(300)),
    "Initials": Recording("Don\u2019t Go Back", "R.E.M.", series=played(200)),
    "Japanese": Recording("米津玄師 Lemon", "米津玄師", series=played(100)),
    "Silent": Recording("Halo of nothing", "Nobody"),
    "Long": Recording("x" * 5_000 + " end", "Long", series=played(10)),
}
ISRCS = {name: f"QZVCS{number:07}" for number, name in enumerate(TRACKS)}
NAMES = {isrc: name for name, isrc in ISRCS.items()}


@pytest.fixture(scope="module")
def api(shared_database: Database, shared_redis_url: str) -> Iterator[Api]:
    record(shared_database, {ISRCS[name]: track for name, track in TRACKS.items()}, days=2)
    with running(settings_for(shared_database, shared_redis_url)) as api:
        yield api


def found(api: Api, text: str, **variables: object) -> list[str]:
    return [NAMES[track["isrc"]] for track in api.data(SEARCH, text=text, **variables)["searchTracks"]]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("halo", ["Halo", "Halo Again", "Halogen", "Silent"], id="exact-title-then-most-played"),
        pytest.param("HALO beyonce", ["Halo"], id="words-of-title-and-artist"),
        pytest.param("Beyoncé hál", ["Halo"], id="any-order-with-accents"),
        pytest.param("royksopp", ["Royksopp"], id="no-accents-typed"),
        pytest.param("sjoroveren bla", ["Royksopp"], id="letters-that-are-no-accents"),
        pytest.param("fierce", ["Halo"], id="album"),
        pytest.param("alo", [], id="the-middle-of-a-word-is-not-looked-for"),
        pytest.param("100%", ["Percent"], id="percent-sign"),
        pytest.param("pure_l", ["Percent"], id="underscore"),
        pytest.param("dont go", ["Initials"], id="no-apostrophe"),
        pytest.param("don't", ["Initials"], id="another-apostrophe"),
        pytest.param("rem", ["Initials"], id="initials"),
        pytest.param("r.e.m.", ["Initials"], id="dots"),
        pytest.param("玄師", ["Japanese"], id="without-spaces"),
        pytest.param("x" * 60, ["Long"], id="longer-than-a-word-is-kept"),
        pytest.param("zzz", [], id="nothing"),
    ],
)
def test_a_text_finds(api, text, names):
    assert found(api, text) == names


@pytest.mark.parametrize(
    "text",
    ["", "  ", "%", "_", "'", "\\", "&|!():*<->", "\x00", "🎵", "a\x00b", "' & 'x", "halo:*", "!halo", "\ud800"],
)
def test_special_characters_mean_nothing(api, text):
    body = json.dumps({"query": SEARCH, "variables": {"text": text}})
    answer = api.client.post("/graphql", content=body, headers={"content-type": "application/json"}).json()
    assert "errors" not in answer or answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_a_search_has_limits(api):
    assert len(found(api, "halo", first=2)) == 2
    for variables in ({"first": 0}, {"first": 101}, {"first": -1}):
        (error,) = api.errors(SEARCH, text="halo", **variables)
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert found(api, "halo " * 40) == ["Halo Again", "Halogen", "Halo", "Silent"], "no title is that"
    (error,) = api.errors(SEARCH, text="h" * 201)
    assert error["message"] == "text: 201 characters are too many to look for: at most 200."


def test_words_that_only_few_of_many_tracks_have_are_found_behind_the_most_played(database, redis_url):
    execute(
        database,
        "insert into tracks (isrc, title, search_text) "
        "select 'QZVCM' || lpad(n::text, 7, '0'), 'T', 'common ' || case when n > 2990 then 'rare' else 'other' end "
        "from generate_series(1, 3000) n",
    )
    execute(
        database,
        "insert into track_totals (isrc, as_of, view_count, services) "
        "select isrc, now(), 10000 - right(isrc, 4)::integer, 1 from tracks",
    )
    with running(settings_for(database, redis_url)) as api:
        rare = [track["isrc"] for track in api.data(SEARCH, text="rare common")["searchTracks"]]
        common = [track["isrc"] for track in api.data(SEARCH, text="common", first=3)["searchTracks"]]
    assert rare == [f"QZVCM000{number}" for number in range(2991, 3001)]
    assert common == ["QZVCM0000001", "QZVCM0000002", "QZVCM0000003"]
