"""Reading Spotify's pages with a real browser: every status, albums, shared ids, refusals, deadline."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.spotify_fixtures import (
    ChosenFaults,
    Requests,
    observe,
    source,
    spotify,
    targets_of,
    track,
    track_id,
    true_count,
)
from viewcount_core import clock
from viewcount_core.errors import ConfigurationError, ServerUnavailable, SourceRejected, SourceUnavailable
from viewcount_core.records import Observation, Status, Target
from viewcount_local.emulators.faults import Faults

FAULTS = {
    "not_found": ["not_found", "not_found_too"],
    "below_threshold": ["below_threshold"],
    "rounded": ["rounded"],
    "other_locale": ["other_locale", "consent_other_locale"],
    "consent_banner": ["consent_banner", "consent_other_locale"],
    "stale_dom": ["stale_dom"],
    "wrong_track": ["wrong_track"],
    "missing_number": ["missing_number"],
    "never_rendered": ["never_rendered"],
    "blocked": ["blocked"],
    "captcha": ["captcha", "captcha_once"],
    "empty_shell": ["empty_shell"],
    "server_error": ["server_error"],
    "slow": ["slow"],
    "crash": ["crash_once"],
    "hang": ["hang_once"],
}
SINGLES = [
    track(name, isrc_number=number) for number, name in enumerate(sorted({n for k in FAULTS.values() for n in k}))
]
ALBUM = [track(f"row{number}", "album0", isrc_number=1000 + number) for number in range(4)]
LONELY = track("lonely", "album1", isrc_number=1100)
SHARED = replace(track("shared", isrc_number=1200), title="Shared")
PLAIN = [track(f"plain{number}", isrc_number=2000 + number) for number in range(5)]
UNKNOWN = Target("USABC2499999", "unknown", "Unknown")


class Story:
    """One run over a Spotify that misbehaves in every way, read once for all the tests below."""

    def __init__(self, observations: list[Observation], requests: Requests) -> None:
        self.observations, self.requests = observations, requests
        self.by_isrc = {observation.isrc: observation for observation in observations}

    def of(self, name: str) -> Observation:
        return next(found for found in self.observations if found.source_id == track_id(name))


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    chosen = {kind: [track_id(name) for name in names] for kind, names in FAULTS.items()}
    chosen["row_missing"] = [track_id("row2")]
    chosen["rounded"].append(track_id("row3"))
    faults = ChosenFaults(chosen, once=[track_id(name) for name in ("crash_once", "hang_once", "captcha_once")])
    tracks = [*ALBUM, LONELY, SHARED, *SINGLES, *PLAIN]
    targets = [*targets_of(tracks), UNKNOWN, replace(targets_of([SHARED])[0], isrc="USABC2488888", title="Alias")]
    with spotify(tracks, faults) as (url, requests):
        reader = source(url, tmp_path_factory.mktemp("scratch"), tabs=4, page_timeout_seconds=2.0, command_seconds=5.0)
        yield Story(observe(reader, _spread(targets)), requests)


def _spread(targets: list[Target]) -> list[Target]:
    """Refusals do not come in a row."""
    return targets[::2] + targets[1::2]


def test_every_target_is_answered_once(story: Story) -> None:
    asked = {target.isrc for target in targets_of([*ALBUM, LONELY, SHARED, *SINGLES, *PLAIN])}
    asked |= {UNKNOWN.isrc, "USABC2488888"}
    assert Counter(observation.isrc for observation in story.observations) == Counter(asked)


@pytest.mark.parametrize(
    ("name", "status", "reason"),
    [
        ("not_found", Status.UNAVAILABLE, None),
        ("not_found_too", Status.UNAVAILABLE, None),
        ("unknown", Status.UNAVAILABLE, "HTTP 404"),
        ("below_threshold", Status.BELOW_THRESHOLD, None),
        ("rounded", Status.PARSE_ERROR, "the count is rounded"),
        ("missing_number", Status.PARSE_ERROR, "the page shows the track without a count"),
        ("wrong_track", Status.MISMATCH, None),
        ("never_rendered", Status.TIMEOUT, "the count did not appear"),
        ("blocked", Status.BLOCKED, None),
        ("captcha", Status.BLOCKED, "captcha"),
        ("empty_shell", Status.BLOCKED, "empty shell"),
        ("server_error", Status.ERROR, None),
    ],
)
def test_a_page_without_a_certain_count_is_never_a_number(
    story: Story, name: str, status: Status, reason: str | None
) -> None:
    found = story.by_isrc[UNKNOWN.isrc] if name == "unknown" else story.of(name)
    assert (found.status, found.view_count) == (status, None)
    assert reason in (None, found.reason)


@pytest.mark.parametrize(
    "name",
    [
        "other_locale",
        "consent_banner",
        "consent_other_locale",
        "stale_dom",
        "slow",
        "crash_once",
        "hang_once",
        "captcha_once",
        *[f"plain{number}" for number in range(5)],
    ],
)
def test_a_page_that_shows_its_own_count_in_the_end_is_read(story: Story, name: str) -> None:
    found = story.of(name)
    assert (found.status, found.view_count) == (Status.OK, true_count(track_id(name)))
    assert found.raw_text


def test_no_count_is_another_tracks(story: Story) -> None:
    for found in story.observations:
        assert found.view_count is None or found.view_count == true_count(found.source_id or "")


def test_one_album_page_answers_for_its_tracks(story: Story) -> None:
    assert story.requests.paths.count("/album/album0") == 1
    assert [story.of(f"row{number}").status for number in (0, 1)] == [Status.OK] * 2
    assert not {f"/track/{track_id('row0')}", f"/track/{track_id('row1')}"} & set(story.requests.paths)


def test_tracks_the_album_page_does_not_answer_have_their_own_page_asked(story: Story) -> None:
    assert story.requests.paths.count(f"/track/{track_id('row2')}") == 1
    assert story.of("row2").view_count == true_count(track_id("row2"))
    assert story.requests.paths.count(f"/track/{track_id('row3')}") == 1
    assert story.of("row3").status is Status.PARSE_ERROR


def test_a_track_alone_on_its_album_has_its_own_page_asked(story: Story) -> None:
    assert "/album/album1" not in story.requests.paths
    assert story.of("lonely").status is Status.OK


def test_targets_that_share_a_track_share_a_page(story: Story) -> None:
    assert story.requests.paths.count(f"/track/{track_id('shared')}") == 1
    assert (
        story.by_isrc["USABC2488888"].view_count
        == story.by_isrc[SHARED.isrc].view_count
        == true_count(track_id("shared"))
    )


def test_passing_failures_are_tried_twice_and_answers_once(story: Story) -> None:
    asked = Counter(story.requests.paths)
    assert [asked[f"/track/{track_id(name)}"] for name in ("blocked", "never_rendered", "captcha_once")] == [2] * 3
    assert [asked[f"/track/{track_id(name)}"] for name in ("not_found", "rounded", "plain0", "stale_dom")] == [1] * 4


def test_only_documents_are_loaded_and_in_english(story: Story) -> None:
    assert {path.split("/")[1] for path in story.requests.paths} == {"track", "album"}
    languages = {headers["accept-language"].split(",")[0] for _, headers in story.requests.seen}
    assert languages == {"en-US"}


@pytest.mark.parametrize(("kind", "error"), [("captcha", SourceRejected), ("empty_shell", SourceUnavailable)])
def test_five_refusals_in_a_row_end_the_run(tmp_path: Path, kind: str, error: type) -> None:
    tracks = [track(f"song{number}", isrc_number=number) for number in range(40)]
    with spotify(tracks, Faults({kind: 1.0})) as (url, requests):
        reader = source(url, tmp_path)
        found = observe(reader, targets_of(tracks))
    assert type(reader.stopped_by) is error
    counted = Counter(observation.status for observation in found)
    assert set(counted) == {Status.BLOCKED, Status.DEFERRED}
    assert (counted[Status.BLOCKED], len(found)) == (5, 40)
    assert len(requests.paths) <= 5 + 2
    assert {observation.reason for observation in found} == {
        str(reader.stopped_by),
        "captcha" if kind == "captcha" else "empty shell",
    }


def test_a_deadline_defers_the_rest_and_keeps_what_was_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tracks = [track(f"song{number}", isrc_number=number) for number in range(12)]
    with spotify(tracks) as (url, _):
        reader = source(url, tmp_path)
        deadline = clock.utc_now() + timedelta(hours=1)
        batches = reader.observe(targets_of(tracks), deadline)
        found = next(batches)
        monkeypatch.setattr(clock, "utc_now", lambda: deadline)
        found += [observation for batch in batches for observation in batch]
    counted = Counter(observation.status for observation in found)
    assert counted[Status.OK] + counted[Status.DEFERRED] == 12
    assert counted[Status.OK] < 12
    assert reader.stopped_by is None


def test_a_service_that_is_not_there_ends_the_run(tmp_path: Path) -> None:
    tracks = [track(f"song{number}", isrc_number=number) for number in range(15)]
    reader = source("http://127.0.0.1:1", tmp_path)
    found = observe(reader, targets_of(tracks))
    assert isinstance(reader.stopped_by, SourceUnavailable)
    assert {observation.status for observation in found} == {Status.ERROR, Status.DEFERRED}
    assert len(found) == 15


def test_nothing_to_ask_starts_no_browser(tmp_path: Path) -> None:
    reader = source("http://127.0.0.1:1", tmp_path, binary=Path("/nowhere"))
    assert observe(reader, []) == []


@pytest.mark.parametrize(
    ("name", "error", "hint"),
    [("missing", ConfigurationError, "CHROME_BINARY="), ("false", ServerUnavailable, "CHROME_BINARY")],
)
def test_a_browser_that_cannot_start_says_what_to_do_before_anything_is_asked(
    tmp_path: Path, name: str, error: type[Exception], hint: str
) -> None:
    binary = tmp_path / name
    if name == "false":
        binary.write_text('#!/bin/sh\n[ "$1" = --version ] && exec chromedriver --version\nexit 1\n')
        binary.chmod(0o755)
    with spotify(PLAIN) as (url, requests), pytest.raises(error, match=hint):
        observe(source(url, tmp_path / "scratch", binary=binary, command_seconds=1.0), targets_of(PLAIN))
    assert requests.paths == []


def test_a_proxy_with_a_password_is_refused_without_naming_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="SPOTIFY_PROXIES") as caught:
        source("http://127.0.0.1:1", tmp_path, proxies=["http://user:secret@proxy:3128"])
    assert "secret" not in str(caught.value)
