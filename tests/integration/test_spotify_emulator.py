"""The Spotify emulator over HTTP: which documents it serves, and how it misbehaves."""

import json
import re
from typing import Any

import httpx
import pytest

from tests.spotify_fixtures import ChosenFaults, spotify, targets_of, track, track_id, true_count
from viewcount_local.emulators.faults import SPOTIFY_FAULTS, Faults

TRACKS = [track("first", "album0"), track("second", "album0"), track("third")]
FIRST, SECOND, THIRD = (target.source_id for target in targets_of(TRACKS))


def shown(document: str) -> dict[str, Any]:
    found = re.search(r"const page = (\{.*\});", document)
    assert found
    state: dict[str, Any] = json.loads(found[1])
    return state


def state_of(path: str, *kinds: str) -> dict[str, Any]:
    with spotify(TRACKS, Faults(dict.fromkeys(kinds, 1.0))) as (url, _):
        return shown(httpx.get(url + path).text)


def test_a_track_page_shows_its_title_and_its_count_in_groups() -> None:
    [scene] = state_of(f"/track/{FIRST}")["scenes"]
    assert (scene["id"], scene["title"], scene["count"]) == (FIRST, "The first", f"{true_count(FIRST):,}")


def test_an_album_page_shows_the_catalogs_tracks_of_it() -> None:
    [scene] = state_of("/album/album0")["scenes"]
    assert [row["id"] for row in scene["tracks"]] == [FIRST, SECOND]


@pytest.mark.parametrize("path", ["/track/unknown", "/album/unknown", "/playlist/1"])
def test_an_unknown_page_is_not_found(path: str) -> None:
    with spotify(TRACKS) as (url, _):
        answer = httpx.get(url + path)
    assert (answer.status_code, shown(answer.text)["scenes"]) == (404, [{"kind": "not_found"}])


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        ("rounded", r"[0-9]+\.[0-9][KMB]|[0-9]{1,3}"),
        ("below_threshold", r"<1,000"),
        ("other_locale", "[0-9]{1,3}([.\u00a0\u202f\u2009][0-9]{3})*"),
        ("zero", "0"),
    ],
)
def test_a_fault_changes_how_the_count_is_written(kind: str, pattern: str) -> None:
    [scene] = state_of(f"/track/{FIRST}", kind)["scenes"]
    assert re.fullmatch(pattern, scene["count"])


@pytest.mark.parametrize(
    ("kind", "ids"),
    [("wrong_track", [SECOND]), ("stale_dom", [SECOND, FIRST]), ("never_rendered", [])],
)
def test_a_fault_changes_which_tracks_are_shown_and_when(kind: str, ids: list[str]) -> None:
    assert [scene["id"] for scene in state_of(f"/track/{FIRST}", kind)["scenes"]] == ids


@pytest.mark.parametrize(
    ("kind", "key", "value"),
    [
        ("consent_banner", "has_consent_banner", True),
        ("crash", "crashes", True),
        ("hang", "hangs", True),
        ("slow", "delay_ms", 200),
    ],
)
def test_a_fault_changes_how_the_page_behaves(kind: str, key: str, value: object) -> None:
    assert (state_of(f"/track/{FIRST}")[key], state_of(f"/track/{FIRST}", kind)[key]) != (value, value)
    assert state_of(f"/track/{FIRST}", kind)[key] == value


def test_numbers_and_rows_can_be_missing() -> None:
    assert state_of(f"/track/{FIRST}", "missing_number")["scenes"][0]["count"] is None
    assert state_of("/album/album0", "row_missing")["scenes"][0]["tracks"] == []
    counts = [state_of(f"/track/{FIRST}", *kinds)["scenes"][0]["count"] for kinds in ([], ["lost_digits"], ["stale"])]
    assert counts[1] == counts[0].rpartition(",")[0]
    assert int(counts[2].replace(",", "")) <= int(counts[0].replace(",", ""))


@pytest.mark.parametrize(
    ("kind", "statuses"), [("blocked", {403, 429}), ("server_error", {500, 502, 503}), ("not_found", {200, 404})]
)
def test_documents_can_be_refused_in_every_way(kind: str, statuses: set[int]) -> None:
    many = [track(f"song{number}", isrc_number=number) for number in range(30)]
    with spotify(many, Faults({kind: 1.0})) as (url, _), httpx.Client(base_url=url) as client:
        answers = {client.get(f"/track/{target.source_id}").status_code for target in targets_of(many)}
    assert answers == statuses


def test_a_passing_fault_is_over_with_the_next_visit() -> None:
    faults = ChosenFaults({"captcha": [FIRST], "empty_shell": [SECOND]}, once=[FIRST, SECOND])
    with spotify(TRACKS, faults) as (url, _), httpx.Client(base_url=url) as client:
        first, second = [client.get(f"/track/{track_id(name)}").text for name in ("first", "second")]
        again = [client.get(f"/track/{track_id(name)}").text for name in ("first", "second")]
    assert "captcha" in first
    assert "<script" not in second
    assert all("const page" in document for document in again)


def test_a_title_cannot_leave_its_place() -> None:
    evil = track("</script><b>", isrc_number=1)
    with spotify([evil]) as (url, _):
        document = httpx.get(f"{url}/track/{httpx.URL(evil.spotify_track_id or '')}").text
    assert "</script><b>" not in document


def test_every_kind_of_fault_is_described() -> None:
    assert all(SPOTIFY_FAULTS.values())
