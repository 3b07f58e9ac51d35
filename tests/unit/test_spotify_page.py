"""What a look at a page means: identity first, then the count, then what else the page may be."""

from typing import Any

import pytest

from viewcount_core.records import Status
from viewcount_pipeline.sources.spotify_page import (
    Page,
    is_whole_album,
    judge_late,
    judge_rows,
    judge_track,
    same_title,
    shows_track,
)

WANTED, OTHER = "4cOdK2wGLETKBW3PvgPWqT", "0VjIjW4GlUZAMYd2vXMi3b"
TITLE = "Never Gonna Give You Up"
BLANK = Page(
    url=f"https://open.spotify.com/track/{WANTED}",
    started_at_ms=1.0,
    http_status=200,
    is_complete=True,
    document_title="Spotify",
    section_id=None,
    canonical_id=None,
    heading=None,
    count_text=None,
    rows=(),
    expected_rows=None,
    text="",
    is_rendered=False,
    has_scripts=True,
    has_challenge=False,
)


def page(**seen: Any) -> Page:
    values = {name: getattr(BLANK, name) for name in Page.__dataclass_fields__} | seen
    values["is_rendered"] = values["is_rendered"] or bool(seen.get("heading") or seen.get("count_text"))
    return Page(**values)


@pytest.mark.parametrize(
    ("seen", "titles", "expected"),
    [
        pytest.param({"section_id": WANTED}, [], True, id="the-rendered-id-decides"),
        pytest.param({"section_id": WANTED, "heading": "Renamed"}, [TITLE], True, id="whatever-the-title"),
        pytest.param({"section_id": OTHER, "heading": TITLE}, [TITLE], False, id="another-id-with-our-title"),
        pytest.param({"section_id": OTHER, "canonical_id": WANTED}, [], False, id="a-stale-body-below-our-head"),
        pytest.param({"heading": TITLE}, [TITLE], True, id="our-title"),
        pytest.param({"heading": TITLE}, ["Another", TITLE], True, id="one-of-our-titles"),
        pytest.param({"heading": TITLE, "canonical_id": OTHER}, [TITLE], False, id="our-title-at-another-address"),
        pytest.param({"heading": "Starboy", "canonical_id": WANTED}, [TITLE], False, id="a-stale-title"),
        pytest.param(
            {"heading": "Ni\u00f1o", "canonical_id": WANTED, "document_title": "Ni\u00f1o - song and lyrics"},
            ["Ni?o"],
            True,
            id="a-damaged-title-in-the-catalog",
        ),
        pytest.param({"canonical_id": WANTED}, [TITLE], False, id="nothing-rendered-yet"),
        pytest.param({"heading": TITLE}, [], False, id="a-title-that-cannot-be-compared"),
    ],
)
def test_a_page_is_the_tracks_own_only_by_what_it_has_rendered(
    seen: dict[str, Any], titles: list[str], expected: bool
) -> None:
    assert shows_track(page(count_text="1,234", **seen), WANTED, titles) is expected


@pytest.mark.parametrize(
    ("shown", "known", "expected"),
    [
        ("Café del Mar", "cafe DEL mar", True),
        ("Don\u2019t Stop", "Don't Stop", True),
        ("Save Your Tears (with Ariana Grande) (Remix)", "Save Your Tears (Remix)", True),
        ("Yesterday - Remastered 2009", "Yesterday", True),
        ("Yesterday", "Today", False),
        ("(Interlude)", "(Outro)", False),
        ("???", "!!!", False),
        ("", "", False),
    ],
)
def test_titles_are_compared_by_their_letters(shown: str, known: str, expected: bool) -> None:
    assert same_title(shown, known) is expected


def test_a_count_is_read_once_the_page_is_identified() -> None:
    reading = judge_track(page(section_id=WANTED, count_text="1,234"), WANTED, [])
    assert reading
    assert (reading.status, reading.view_count) == (Status.OK, 1234)


@pytest.mark.parametrize(
    ("seen", "status", "reason"),
    [
        ({"http_status": 403}, Status.BLOCKED, "HTTP 403"),
        ({"http_status": 429}, Status.BLOCKED, "HTTP 429"),
        ({"http_status": 404}, Status.UNAVAILABLE, "HTTP 404"),
        ({"http_status": 451}, Status.UNAVAILABLE, "HTTP 451"),
        ({"http_status": 503}, Status.ERROR, "HTTP 503"),
        ({"text": "Page not found\nTry the search"}, Status.UNAVAILABLE, "page not found"),
        ({"text": "Couldn\u2019t find that song"}, Status.UNAVAILABLE, "page not found"),
        ({"text": "Please complete the CAPTCHA"}, Status.BLOCKED, "captcha"),
        ({"text": "Are you human?"}, Status.BLOCKED, "captcha"),
        ({"has_challenge": True}, Status.BLOCKED, "captcha"),
        ({"has_scripts": False}, Status.BLOCKED, "empty shell"),
        ({"url": "chrome-error://chromewebdata/"}, Status.ERROR, "the page cannot be reached"),
    ],
)
def test_a_page_that_says_why_it_has_no_count_is_judged_at_once(
    seen: dict[str, Any], status: Status, reason: str
) -> None:
    reading = judge_track(page(**seen), WANTED, [TITLE])
    assert reading
    assert (reading.status, reading.reason, reading.view_count) == (status, reason, None)


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param({}, id="the-application-has-not-rendered"),
        pytest.param({"has_scripts": False, "is_complete": False}, id="the-document-is-not-complete"),
        pytest.param({"section_id": OTHER, "count_text": "1,234"}, id="another-track-is-shown"),
        pytest.param({"section_id": WANTED, "heading": TITLE}, id="the-count-is-not-there"),
        pytest.param({"heading": "Page Not Found", "text": ""}, id="a-track-of-that-title"),
    ],
)
def test_a_page_that_may_still_change_is_not_judged(seen: dict[str, Any]) -> None:
    assert judge_track(page(**seen), WANTED, [TITLE]) is None


@pytest.mark.parametrize(
    ("late", "status"),
    [
        pytest.param(None, Status.TIMEOUT, id="no-document"),
        pytest.param(page(text="Loading"), Status.TIMEOUT, id="never-rendered"),
        pytest.param(page(), Status.BLOCKED, id="empty-shell"),
        pytest.param(page(is_complete=False), Status.TIMEOUT, id="still-loading"),
        pytest.param(page(section_id=OTHER, count_text="1,234"), Status.MISMATCH, id="another-track"),
        pytest.param(page(section_id=WANTED, heading=TITLE), Status.PARSE_ERROR, id="no-count"),
        pytest.param(page(section_id=OTHER, heading="x"), Status.TIMEOUT, id="another-track-without-count"),
    ],
)
def test_a_page_without_a_count_in_time_is_named_by_what_it_shows(late: Page | None, status: Status) -> None:
    reading = judge_late(late, WANTED, [])
    assert (reading.status, reading.view_count) == (status, None)


def test_the_text_of_a_mismatch_is_kept() -> None:
    reading = judge_late(page(section_id=OTHER, count_text="1,234"), WANTED, [])
    assert (reading.reason, reading.raw_text) == (f"the page shows {OTHER}", "1,234")


def test_album_rows_answer_for_the_tracks_they_link_to() -> None:
    rows = ((WANTED, "1,234"), (OTHER, "1.2M"), ("third", None), (None, "5"))
    readings = judge_rows(page(section_id="album", rows=rows), "album")
    assert {track: reading.status for track, reading in readings.items()} == {
        WANTED: Status.OK,
        OTHER: Status.PARSE_ERROR,
    }


def test_rows_of_another_album_answer_nothing() -> None:
    assert judge_rows(page(section_id="other", rows=((WANTED, "1,234"),)), "album") == {}


@pytest.mark.parametrize(
    ("expected_rows", "seen", "whole"), [(2, 2, True), (3, 2, False), (None, 2, False), (0, 0, False)]
)
def test_an_album_is_whole_when_all_announced_rows_were_seen(expected_rows: int | None, seen: int, whole: bool) -> None:
    assert is_whole_album(page(expected_rows=expected_rows), seen) is whole
