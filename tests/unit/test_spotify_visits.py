"""Which pages are visited for which targets, and when Spotify is left in peace."""

import pytest

from viewcount_core.errors import SourceRejected, SourceUnavailable
from viewcount_core.records import Status, Target
from viewcount_pipeline.sources.spotify_count import Reading
from viewcount_pipeline.sources.stop_rule import REFUSALS, SILENCES, StopRule
from viewcount_pipeline.sources.visits import VisitQueue, plan_visits


def target(number: int, track_id: str, album_id: str | None = None) -> Target:
    return Target(f"USABC24{number:05d}", track_id, f"Song {number}", album_id)


@pytest.mark.parametrize(
    ("targets", "paths"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([target(1, "a"), target(2, "b")], ["/track/a", "/track/b"], id="no-albums"),
        pytest.param([target(1, "a", "x"), target(2, "b", "x")], ["/album/x"], id="a-shared-album"),
        pytest.param([target(1, "a", "x"), target(2, "b", "y")], ["/track/a", "/track/b"], id="an-album-each"),
        pytest.param([target(1, "a"), target(2, "a")], ["/track/a"], id="one-track-twice"),
        pytest.param([target(1, "a", "x"), target(2, "a", "x")], ["/track/a"], id="one-track-twice-with-album"),
        pytest.param(
            [target(1, "a"), target(2, "b", "x"), target(3, "c"), target(4, "d", "x")],
            ["/track/a", "/album/x", "/track/c"],
            id="in-the-order-of-first-targets",
        ),
        pytest.param([target(1, "a/../b?c")], ["/track/a%2F..%2Fb%3Fc"], id="an-id-cannot-leave-its-place"),
    ],
)
def test_pages_are_planned_by_album_and_track(targets: list[Target], paths: list[str]) -> None:
    assert [visit.path for visit in plan_visits(targets)] == paths


def test_every_target_is_in_exactly_one_visit() -> None:
    targets = [target(number, f"t{number % 7}", f"a{number % 3}" if number % 2 else None) for number in range(40)]
    planned = [t for visit in plan_visits(targets) for question in visit.questions for t in question.targets]
    assert sorted(planned, key=lambda t: t.isrc) == targets


def test_first_tries_come_before_second_ones() -> None:
    queue = VisitQueue([target(1, "a"), target(2, "b")])
    first = queue.take()
    assert first
    queue.close(first)
    queue.add_second(first)
    assert [visit.path for visit in (queue.take(), queue.take()) if visit] == ["/track/b", "/track/a"]


def test_a_suspect_is_visited_alone() -> None:
    queue = VisitQueue([target(1, "a"), target(2, "b")])
    first, second = queue.take(), queue.take()
    assert first
    assert second
    queue.close(first)
    queue.add_suspect(first)
    assert queue.take() is None
    queue.close(second)
    queue.add_suspect(second)
    assert queue.take() is first
    assert queue.take() is None
    queue.close(first)
    assert queue.take() is second


REFUSED, SILENT, READ = Reading(Status.BLOCKED, reason="HTTP 429"), Reading(Status.TIMEOUT), Reading(Status.OK, 1)


@pytest.mark.parametrize(
    ("readings", "error"),
    [
        pytest.param([REFUSED] * REFUSALS, SourceUnavailable, id="refused-for-now"),
        pytest.param([Reading(Status.BLOCKED, reason="captcha")] * REFUSALS, SourceRejected, id="captcha"),
        pytest.param([Reading(Status.BLOCKED, reason="HTTP 403")] * REFUSALS, SourceRejected, id="forbidden"),
        pytest.param([REFUSED] * (REFUSALS - 1), None, id="one-less"),
        pytest.param([REFUSED] * (REFUSALS - 1) + [READ] + [REFUSED], None, id="an-answer-starts-the-count-again"),
        pytest.param([REFUSED, SILENT] * REFUSALS, SourceUnavailable, id="silence-between-refusals-is-no-answer"),
        pytest.param([REFUSED] * (REFUSALS - 1) + [None] + [REFUSED], None, id="album-rows-are-an-answer"),
        pytest.param([SILENT] * SILENCES, SourceUnavailable, id="silence"),
        pytest.param([SILENT] * (SILENCES - 1), None, id="a-little-silence"),
        pytest.param([Reading(Status.PARSE_ERROR, raw_text="1M")] * 99, None, id="rounded-counts-are-answers"),
        pytest.param([Reading(Status.PARSE_ERROR)] * SILENCES, SourceUnavailable, id="pages-without-counts"),
        pytest.param([Reading(Status.UNAVAILABLE)] * 99, None, id="removed-tracks-are-answers"),
    ],
)
def test_refusals_and_silence_in_a_row_end_the_run(readings: list[Reading | None], error: type | None) -> None:
    rule = StopRule(tabs=4)
    for reading in readings:
        rule.note(reading)
    assert type(rule.stopped_by) is (error or type(None))
