"""The YouTube emulator over a socket, asked as any client would."""

import gzip
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from viewcount_core.records import Service
from viewcount_local.emulators.catalog import EmulatedTrack
from viewcount_local.emulators.faults import Faults
from viewcount_local.emulators.growth import Growth
from viewcount_local.emulators.process import serving
from viewcount_local.emulators.youtube import create_app

NOW = datetime(2026, 3, 2, 21, 30, tzinfo=UTC)
VIDEOS = [f"video{number:06}" for number in range(60)]
TRACKS = [
    EmulatedTrack(f"QZVCT{number:07}", youtube_video_id=video, youtube_views=1000 if number == 7 else None)
    for number, video in enumerate(VIDEOS)
]

Ask = Callable[..., httpx.Response]
Serve = Callable[..., Ask]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts an emulator at `NOW` and gives a function that asks it."""
    with ExitStack() as stack:

        def start(faults: dict[str, float] | None = None, **options: Any) -> Ask:
            app = create_app(TRACKS, Growth(1), Faults(faults), now=options.pop("now", lambda: NOW), **options)
            client = stack.enter_context(httpx.Client(base_url=stack.enter_context(serving(app))))

            def ask(ids: list[str], method: str = "videos", **more: Any) -> httpx.Response:
                headers = more.pop("headers", {})
                parameters = {"part": "statistics", "id": ",".join(ids), "key": "k", **more}
                shown = {name: value for name, value in parameters.items() if value is not None}
                return client.get(f"/youtube/v3/{method}", params=shown, headers=headers)

            return ask

        yield start


def test_counts_are_strings_and_grow_from_the_real_one(serve: Serve) -> None:
    answer = serve()(VIDEOS[:50]).json()
    assert answer["kind"] == "youtube#videoListResponse"
    assert [item["id"] for item in answer["items"]] == VIDEOS[:50]
    counts = {item["id"]: item["statistics"]["viewCount"] for item in answer["items"]}
    assert counts[VIDEOS[0]] == str(Growth(1).count(Service.YOUTUBE, VIDEOS[0], NOW))
    assert int(counts[VIDEOS[7]]) == Growth(1).count(Service.YOUTUBE, VIDEOS[7], NOW, 1000) > 1000


def test_a_video_nobody_knows_is_missing_without_a_word(serve: Serve) -> None:
    answer = serve()(["gone0000000", VIDEOS[1], VIDEOS[1]])
    assert answer.status_code == 200
    assert [item["id"] for item in answer.json()["items"]] == [VIDEOS[1]]


def test_fields_leave_only_what_was_asked_for(serve: Serve) -> None:
    answer = serve()(VIDEOS[:2], fields="items(id,statistics/viewCount)").json()
    assert set(answer) == {"items"}
    assert all(set(item) == {"id", "statistics"} for item in answer["items"])
    assert all(set(item["statistics"]) == {"viewCount"} for item in answer["items"])


def test_batch_get_stats_sums_up_what_failed(serve: Serve) -> None:
    answer = serve()([VIDEOS[0], "gone0000000"], "videos:batchGetStats").json()
    assert answer["kind"] == "youtube#batchGetStatsResponse"
    assert [item["id"] for item in answer["items"]] == [VIDEOS[0]]
    assert answer["summary"] == {
        "requestedVideoCount": 2,
        "succeededVideoCount": 1,
        "failedVideoCount": 1,
        "failedVideoIds": ["gone0000000"],
    }


@pytest.mark.parametrize(
    ("wrong", "code", "reason"),
    [
        ({"key": None}, 403, "forbidden"),
        ({"part": None}, 400, "missingRequiredParameter"),
        ({"part": "statistic"}, 400, "unknownPart"),
        ({"id": None}, 400, "missingRequiredParameter"),
        ({"id": ",".join(VIDEOS[:51])}, 400, "invalidFilters"),
        ({"fields": "items(id"}, 400, "invalidParameter"),
    ],
)
def test_wrong_requests_get_googles_errors(serve: Serve, wrong: dict[str, Any], code: int, reason: str) -> None:
    answer = serve()(VIDEOS[:1], **wrong)
    assert answer.status_code == code
    assert answer.json()["error"]["code"] == code
    assert answer.json()["error"]["errors"][0]["reason"] == reason


@pytest.mark.parametrize(
    ("fault", "codes", "reasons"),
    [
        ("quota", {403}, {"quotaExceeded"}),
        ("key_invalid", {400}, {"keyInvalid"}),
        ("server_error", {500, 502, 503}, {"backendError"}),
        ("rate_limit", {403, 429}, {"rateLimitExceeded"}),
    ],
)
def test_a_fault_shows_in_all_its_ways(serve: Serve, fault: str, codes: set[int], reasons: set[str]) -> None:
    ask = serve({fault: 1.0})
    answers = [ask(VIDEOS[:1]) for _ in range(20)]
    assert {answer.status_code for answer in answers} == codes
    assert {answer.json()["error"]["errors"][0]["reason"] for answer in answers} == reasons
    assert all((answer.status_code == 429) == ("retry-after" in answer.headers) for answer in answers)


def test_faults_of_a_count_strike_the_same_videos_again(serve: Serve) -> None:
    ask = serve({"hidden": 0.2, "zero": 0.2, "garbled": 0.2, "unavailable": 0.2})
    answers = [ask(VIDEOS[:50]).json()["items"] for _ in range(2)]
    assert answers[0] == answers[1]
    counts = [item["statistics"].get("viewCount") for item in answers[0]]
    assert 25 < len(counts) < 48
    assert None in counts
    assert "0" in counts
    assert any(count and count.endswith("K") for count in counts)


def test_a_stale_count_is_that_of_three_days_ago(serve: Serve) -> None:
    count = serve({"stale": 1.0})(VIDEOS[:1]).json()["items"][0]["statistics"]["viewCount"]
    assert int(count) == Growth(1).count(Service.YOUTUBE, VIDEOS[0], NOW - timedelta(days=3))


def test_items_may_come_in_another_order_and_twice(serve: Serve) -> None:
    items = serve({"reordered": 1.0})(VIDEOS[:3]).json()["items"]
    assert [item["id"] for item in items] == [VIDEOS[2], VIDEOS[1], VIDEOS[0], VIDEOS[0]]


def test_a_body_may_end_too_early(serve: Serve) -> None:
    answer = serve({"truncated": 1.0})(VIDEOS[:3])
    assert answer.status_code == 200
    with pytest.raises(ValueError, match="Unterminated|Expecting|delimiter"):
        answer.json()


def test_a_connection_may_be_cut(serve: Serve) -> None:
    ask = serve({"disconnect": 1.0})
    with pytest.raises(httpx.RemoteProtocolError):
        ask(VIDEOS[:3])


def test_only_a_client_that_says_gzip_twice_gets_gzip(serve: Serve) -> None:
    ask = serve()
    plain = ask(VIDEOS[:50], headers={"Accept-Encoding": "gzip", "User-Agent": "me"})
    packed = ask(VIDEOS[:50], headers={"Accept-Encoding": "gzip", "User-Agent": "me (gzip)"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.json() == plain.json()
    assert len(gzip.compress(plain.content, 1)) < len(plain.content) / 2


def test_an_unchanged_answer_is_not_sent_again_but_costs_a_unit(serve: Serve) -> None:
    ask = serve(daily_quota=2)
    tag = ask(VIDEOS[:1]).headers["etag"]
    assert ask(VIDEOS[:1], headers={"If-None-Match": tag}).status_code == 304
    assert ask(VIDEOS[:1], headers={"If-None-Match": tag}).status_code == 403


def test_the_quota_comes_back_at_midnight_in_california(serve: Serve) -> None:
    instants = [
        datetime(2026, 3, 2, 7, 59, tzinfo=UTC),
        datetime(2026, 3, 2, 7, 59, 59, tzinfo=UTC),
        datetime(2026, 3, 2, 8, tzinfo=UTC),
        datetime(2026, 7, 2, 6, 59, tzinfo=UTC),
        datetime(2026, 7, 2, 6, 59, 59, tzinfo=UTC),
        datetime(2026, 7, 2, 7, tzinfo=UTC),
    ]
    clock = iter(instants)
    ask = serve(daily_quota=1, now=lambda: next(clock))
    assert [ask(VIDEOS[:1]).status_code for _ in instants] == [200, 403, 200, 200, 403, 200]


def test_the_two_methods_have_a_quota_each(serve: Serve) -> None:
    ask = serve(daily_quota=1)
    assert [ask(VIDEOS[:1], "videos:batchGetStats").status_code for _ in range(2)] == [200, 403]
    assert ask(VIDEOS[:1]).status_code == 200
