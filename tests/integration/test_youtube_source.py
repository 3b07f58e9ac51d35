"""The YouTube client against the emulator, and against answers the emulator does not give, over real sockets."""

import logging
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from viewcount_core import clock
from viewcount_core.database import Database
from viewcount_core.errors import QuotaExhausted, ServerUnavailable, SourceError, SourceRejected, SourceUnavailable
from viewcount_core.records import Observation, Service, Status, Target
from viewcount_local.emulators.catalog import EmulatedTrack
from viewcount_local.emulators.faults import Faults
from viewcount_local.emulators.growth import Growth
from viewcount_local.emulators.process import serving
from viewcount_local.emulators.youtube import create_app
from viewcount_pipeline.quota import DatabaseLedger
from viewcount_pipeline.sources.asking import GIVEN_UP_IN_A_ROW
from viewcount_pipeline.sources.patience import Patience
from viewcount_pipeline.sources.youtube import YouTubeSource

KEY = "AIza+S3cret/Key=="
NOW = datetime(2026, 3, 2, 21, 30, tzinfo=UTC)
TRACKS = [EmulatedTrack(f"QZVCT{number:07}", youtube_video_id=f"video{number:06}") for number in range(1000)]
HASTY = Patience(first_pause_seconds=0.01, longest_pause_seconds=0.02, timeout_seconds=5)


class Ledger:
    """Grants units out of a stock, and counts."""

    def __init__(self, stock: int = 10_000) -> None:
        self.stock = stock
        self.spent = 0

    def reserve(self, units: int) -> int:
        """Up to `units` of what is left."""
        granted = min(units, self.stock - self.spent)
        self.spent += granted
        return granted


class Recorder:
    """Stands between client and app and keeps every request."""

    def __init__(self, app: Starlette) -> None:
        self.app = app
        self.requests: list[Request] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.requests.append(Request(scope))
        await self.app(scope, receive, send)

    def asked_ids(self) -> list[list[str]]:
        """The ids of every request."""
        return [request.query_params["id"].split(",") for request in self.requests]

    def methods(self) -> Counter[str]:
        """Requests by the last part of their path."""
        return Counter(request.url.path.rpartition("/")[2] for request in self.requests)


class World:
    """A served app, and the client that asks it."""

    def __init__(self, app: Starlette, stack: ExitStack) -> None:
        self.recorder = Recorder(app)
        self.url = stack.enter_context(serving(self.recorder))
        self.ledger = Ledger()

    def source(self, **options: Any) -> YouTubeSource:
        """A client that loses patience quickly."""
        return YouTubeSource(KEY, self.ledger, base_url=self.url, **{"patience": HASTY, **options})

    def observe(self, targets: Sequence[Target], **options: Any) -> tuple[list[Observation], SourceError | None]:
        """Everything, and what stopped it."""
        source = self.source(**options)
        seen = [each for batch in source.observe(targets, clock.utc_now() + timedelta(hours=1)) for each in batch]
        assert sorted(each.isrc for each in seen) == sorted(target.isrc for target in targets)
        return seen, source.stopped_by


Emulate = Callable[..., World]


@pytest.fixture
def emulate() -> Iterator[Emulate]:
    """Starts an emulator that knows `TRACKS`."""
    with ExitStack() as stack:

        def start(faults: dict[str, float] | None = None, **options: Any) -> World:
            return World(create_app(TRACKS, Growth(1), Faults(faults), now=lambda: NOW, **options), stack)

        yield start


@pytest.fixture
def answer() -> Iterator[Callable[..., World]]:
    """Starts a server that gives the same answers whatever it is asked, the last one for ever."""
    with ExitStack() as stack:

        def start(*answers: Response) -> World:
            left = list(answers)

            async def next_answer(_: Request) -> Response:
                return left.pop(0) if len(left) > 1 else left[0]

            return World(Starlette(routes=[Route("/{path:path}", next_answer)]), stack)

        yield start


def targets(count: int) -> list[Target]:
    return [Target(track.isrc, track.youtube_video_id or "") for track in TRACKS[:count]]


def items(**counts: object) -> Response:
    found = [{"id": video, "statistics": {"viewCount": count}} for video, count in counts.items()]
    return Response(orjson.dumps({"items": found}))


def refusal(code: int, reason: str, headers: dict[str, str] | None = None) -> Response:
    body = {"error": {"code": code, "message": "words", "errors": [{"reason": reason}]}}
    return Response(orjson.dumps(body), code, headers)


def test_every_track_gets_todays_count_and_its_evidence(emulate: Emulate) -> None:
    world = emulate()
    before = clock.utc_now()
    seen, stopped_by = world.observe(targets(120))
    assert stopped_by is None
    for each, track in zip(sorted(seen, key=lambda one: one.isrc), TRACKS[:120], strict=True):
        count = Growth(1).count(Service.YOUTUBE, track.youtube_video_id or "", NOW)
        assert (each.status, each.view_count, each.raw_text) == (Status.OK, count, str(count))
        assert (each.service, each.source_id, each.reason) == (Service.YOUTUBE, track.youtube_video_id, None)
        assert before <= each.observed_at <= clock.utc_now()


def test_fifty_videos_are_asked_for_by_one_call_that_wants_nothing_else(emulate: Emulate) -> None:
    world = emulate()
    world.observe(targets(120))
    assert sorted(map(len, world.recorder.asked_ids())) == [20, 50, 50]
    assert world.ledger.spent == 3
    request = world.recorder.requests[0]
    assert request.query_params["key"] == KEY
    assert request.query_params["part"] == "statistics"
    assert request.query_params["fields"] == "items(id,statistics/viewCount)"
    assert "gzip" in request.headers["accept-encoding"]
    assert "gzip" in request.headers["user-agent"]


def test_a_video_of_several_tracks_is_asked_for_once_and_answers_all(emulate: Emulate) -> None:
    world = emulate()
    shared = [Target(f"QZAAA{number:07}", TRACKS[0].youtube_video_id or "") for number in range(3)]
    seen, _ = world.observe([*targets(2), *shared])
    assert sorted(world.recorder.asked_ids()[0]) == ["video000000", "video000001"]
    counts = {each.isrc: each.view_count for each in seen}
    assert len({counts[target.isrc] for target in [*shared, targets(1)[0]]}) == 1


def test_nothing_to_ask_asks_nothing(emulate: Emulate) -> None:
    world = emulate()
    assert world.observe([]) == ([], None)
    assert world.recorder.requests == []


def test_many_threads_lose_and_double_nothing(emulate: Emulate) -> None:
    world = emulate({"server_error": 0.2, "rate_limit": 0.1, "truncated": 0.1, "reordered": 0.3}, latency_ms=5)
    seen, stopped_by = world.observe(targets(1000), concurrency=16, patience=Patience(20, 0.01, 5))
    assert stopped_by is None
    assert {each.status for each in seen} == {Status.OK}
    assert world.ledger.spent == len(world.recorder.requests) > 20


def test_answers_arrive_before_all_is_asked(emulate: Emulate) -> None:
    world = emulate(latency_ms=20)
    source = world.source(concurrency=1)
    batches = source.observe(targets(500), clock.utc_now() + timedelta(hours=1))
    first = next(batches)
    assert len(first) == 50
    batches.close()  # type: ignore[attr-defined]
    assert len(world.recorder.requests) < 10
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("youtube")]


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ("unavailable", Status.UNAVAILABLE),
        ("hidden", Status.HIDDEN),
        ("garbled", Status.PARSE_ERROR),
        ("server_error", Status.ERROR),
        ("truncated", Status.ERROR),
        ("disconnect", Status.ERROR),
    ],
)
def test_no_failure_becomes_a_number(emulate: Emulate, fault: str, status: Status) -> None:
    seen, stopped_by = emulate({fault: 1.0}).observe(targets(60))
    assert {each.status for each in seen} == {status}
    assert {each.view_count for each in seen} == {None}
    assert all(each.reason for each in seen)
    assert stopped_by is None


def test_one_bad_video_leaves_the_others_alone(emulate: Emulate) -> None:
    faults = {"unavailable": 0.2, "hidden": 0.2, "garbled": 0.2, "reordered": 1.0}
    seen, _ = emulate(faults).observe(targets(200))
    found = Counter(each.status for each in seen)
    assert set(found) == {Status.OK, Status.UNAVAILABLE, Status.HIDDEN, Status.PARSE_ERROR}
    garbled = [each.raw_text for each in seen if each.status is Status.PARSE_ERROR]
    assert all(text and text.endswith("K") for text in garbled)


def test_a_call_that_hangs_is_given_up(emulate: Emulate) -> None:
    patience = Patience(2, 0.01, 0.02, timeout_seconds=0.2)
    world = emulate({"timeout": 1.0})
    seen, stopped_by = world.observe(targets(3), patience=patience)
    assert {each.status for each in seen} == {Status.TIMEOUT}
    assert {each.reason for each in seen} == {"YouTube: no answer within 0.2 s"}
    assert world.ledger.spent == 2
    assert stopped_by is None


@pytest.mark.parametrize(
    ("raw", "status", "count"),
    [
        ("0", Status.OK, 0),
        ("5000000000", Status.OK, 5_000_000_000),
        ("9223372036854775807", Status.OK, 2**63 - 1),
        ("9223372036854775808", Status.PARSE_ERROR, None),
        ("1.2M", Status.PARSE_ERROR, None),
        ("1,234", Status.PARSE_ERROR, None),
        ("-1", Status.PARSE_ERROR, None),
        ("007", Status.PARSE_ERROR, None),
        ("12\n", Status.PARSE_ERROR, None),
        (" 12", Status.PARSE_ERROR, None),
        ("", Status.PARSE_ERROR, None),
        ("\u0661\u0662", Status.PARSE_ERROR, None),
        (1234, Status.PARSE_ERROR, None),
        (1.5e9, Status.PARSE_ERROR, None),
        ({}, Status.PARSE_ERROR, None),
        (None, Status.HIDDEN, None),
    ],
)
def test_only_a_plain_number_is_a_count(
    answer: Callable[..., World], raw: object, status: Status, count: int | None
) -> None:
    (seen,), _ = answer(items(video000000=raw)).observe(targets(1))
    assert (seen.status, seen.view_count) == (status, count)
    assert seen.raw_text == (None if raw is None else str(raw))


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"null", b'{"items": 7}'], ids=["empty", "html", "list", "null", "no-list"]
)
def test_an_answer_of_another_shape_says_nothing_about_a_video(answer: Callable[..., World], body: bytes) -> None:
    (seen,), _ = answer(Response(body)).observe(targets(1))
    assert seen.status is Status.ERROR


def test_items_that_make_no_sense_are_passed_over(answer: Callable[..., World]) -> None:
    strange = [None, 7, {}, {"id": 7}, {"id": "video000001"}, {"id": "video000000", "statistics": {"viewCount": "7"}}]
    strange.append({"id": "elsewhere", "statistics": {"viewCount": "8"}})
    world = answer(Response(orjson.dumps({"items": strange})))
    seen, _ = world.observe(targets(3))
    assert [each.status for each in seen] == [Status.OK, Status.HIDDEN, Status.UNAVAILABLE]


def test_an_id_that_is_none_is_not_asked_for(emulate: Emulate) -> None:
    world = emulate()
    malformed = [Target("QZAAA0000001", "video000000,video000001"), Target("QZAAA0000002", "")]
    seen, _ = world.observe([*malformed, *targets(2)])
    assert [each.status for each in seen] == [Status.ERROR, Status.ERROR, Status.OK, Status.OK]
    assert world.recorder.asked_ids() == [["video000000", "video000001"]]


def test_a_service_that_is_down_costs_a_bounded_part_of_the_quota(emulate: Emulate) -> None:
    world = emulate({"server_error": 1.0})
    seen, stopped_by = world.observe(targets(1000), concurrency=2, patience=Patience(2, 0.001, 0.001))
    assert type(stopped_by) is SourceUnavailable
    found = Counter(each.status for each in seen)
    assert GIVEN_UP_IN_A_ROW * 50 <= found[Status.ERROR] <= (GIVEN_UP_IN_A_ROW + 2) * 50
    assert found[Status.DEFERRED] == 1000 - found[Status.ERROR]
    assert world.ledger.spent <= 2 * (GIVEN_UP_IN_A_ROW + 2)


def test_failures_that_are_not_in_a_row_stop_nothing(answer: Callable[..., World]) -> None:
    bad_and_good = [refusal(500, "backendError"), items(video000000="7")] * GIVEN_UP_IN_A_ROW
    seen, stopped_by = answer(*bad_and_good).observe(targets(1000), concurrency=1, patience=Patience(attempts=1))
    assert stopped_by is None
    assert Counter(each.status for each in seen)[Status.ERROR] == 500


def test_retry_after_is_waited_for(answer: Callable[..., World]) -> None:
    limited = refusal(429, "rateLimitExceeded", {"Retry-After": "1"})
    world = answer(limited, items(video000000="7"))
    start = clock.utc_now()
    (seen,), _ = world.observe(targets(1), patience=Patience(2, 0.001, 2))
    assert seen.view_count == 7
    assert seen.observed_at - start >= timedelta(seconds=1)
    assert world.ledger.spent == 2


def test_a_pause_beyond_patience_is_not_begun(answer: Callable[..., World]) -> None:
    limited = refusal(429, "rateLimitExceeded", {"Retry-After": "3600"})
    world = answer(limited, items(video000000="7"))
    (seen,), _ = world.observe(targets(1))
    assert seen.status is Status.ERROR
    assert world.ledger.spent == 1


def test_no_pause_reaches_past_the_deadline(answer: Callable[..., World]) -> None:
    world = answer(refusal(429, "rateLimitExceeded", {"Retry-After": "50"}), items(video000000="7"))
    source = world.source(patience=Patience())
    ((seen,),) = source.observe(targets(1), clock.utc_now() + timedelta(seconds=30))
    assert seen.status is Status.ERROR
    assert len(world.recorder.requests) == 1


def test_after_the_deadline_nothing_is_asked(emulate: Emulate) -> None:
    world = emulate()
    source = world.source()
    deadline = clock.utc_now() - timedelta(seconds=1)
    seen = [each for batch in source.observe(targets(120), deadline) for each in batch]
    assert {each.status for each in seen} == {Status.DEFERRED}
    assert f"{deadline:%H:%M} UTC" in (seen[0].reason or "")
    assert len(seen) == 120
    assert source.stopped_by is None
    assert (world.recorder.requests, world.ledger.spent) == ([], 0)


def test_a_deadline_in_the_middle_defers_the_rest(emulate: Emulate, monkeypatch: pytest.MonkeyPatch) -> None:
    world = emulate()
    monkeypatch.setattr(clock, "utc_now", lambda: NOW + timedelta(minutes=len(world.recorder.requests)))
    seen = [b for batch in world.source(concurrency=1).observe(targets(500), NOW + timedelta(minutes=4)) for b in batch]
    assert Counter(each.status for each in seen) == {Status.OK: 200, Status.DEFERRED: 300}


def test_our_own_count_of_the_quota_ends_the_asking(emulate: Emulate) -> None:
    world = emulate()
    world.ledger = Ledger(stock=3)
    seen, stopped_by = world.observe(targets(500))
    assert type(stopped_by) is QuotaExhausted
    assert Counter(each.status for each in seen) == {Status.OK: 150, Status.DEFERRED: 350}
    assert {each.reason for each in seen if each.status is Status.DEFERRED} == {str(stopped_by)}
    assert len(world.recorder.requests) == world.ledger.spent == 3


def test_googles_count_of_the_quota_ends_the_asking(emulate: Emulate) -> None:
    world = emulate(daily_quota=4)
    seen, stopped_by = world.observe(targets(500), concurrency=2)
    assert type(stopped_by) is QuotaExhausted
    statuses = Counter(each.status for each in seen)
    assert (statuses[Status.OK], statuses[Status.QUOTA] + statuses[Status.DEFERRED]) == (200, 300)
    # One call was refused, or two that were under way together.
    assert statuses[Status.QUOTA] in (50, 100)
    assert world.ledger.spent == len(world.recorder.requests) <= 6


def test_units_are_taken_from_the_ledger_in_the_database(emulate: Emulate, database: Database) -> None:
    world = emulate()
    ledger = DatabaseLedger(database, Service.YOUTUBE, NOW.date(), daily_limit=7)
    source = YouTubeSource(KEY, ledger, base_url=world.url)
    seen = [each for batch in source.observe(targets(500), clock.utc_now() + timedelta(hours=1)) for each in batch]
    assert Counter(each.status for each in seen) == {Status.OK: 350, Status.DEFERRED: 150}
    assert ledger.units_spent == len(world.recorder.requests) == 7


@pytest.mark.parametrize(
    ("code", "reason", "words"),
    [
        (400, "keyInvalid", "put a valid one into YOUTUBE_API_KEY"),
        (400, "badRequest", "check the key in YOUTUBE_API_KEY"),
        (403, "accessNotConfigured", "enable it in the Google Cloud console"),
        (403, "forbidden", "check its restrictions"),
        (302, "moved", "whether the API has changed"),
    ],
)
def test_a_refusal_stops_all_and_calls_a_person(
    answer: Callable[..., World], code: int, reason: str, words: str
) -> None:
    world = answer(refusal(code, reason, {"Location": "/elsewhere"} if code == 302 else None))
    seen, stopped_by = world.observe(targets(500), concurrency=2)
    assert type(stopped_by) is SourceRejected
    assert words in str(stopped_by)
    assert {each.status for each in seen} == {Status.DEFERRED}
    assert len(world.recorder.requests) <= 2


def test_a_server_that_is_not_there_is_an_error_a_video() -> None:
    source = YouTubeSource(KEY, Ledger(), base_url="http://127.0.0.1:9", patience=HASTY)
    ((seen,),) = source.observe(targets(1), clock.utc_now() + timedelta(hours=1))
    assert seen.status is Status.ERROR
    assert seen.reason == "YouTube: connection failed (ConnectionRefusedError)"


def test_a_proxy_for_the_internet_does_not_stand_before_an_emulator(
    emulate: Emulate, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    (seen,), _ = emulate().observe(targets(1))
    assert seen.status is Status.OK


def test_a_database_that_is_lost_ends_the_asking_at_once(emulate: Emulate) -> None:
    world = emulate()

    class LostLedger:
        def reserve(self, units: int) -> int:
            raise ServerUnavailable(f"no database to take {units} from")

    source = YouTubeSource(KEY, LostLedger(), base_url=world.url)
    with pytest.raises(ServerUnavailable, match="no database"):
        list(source.observe(targets(500), clock.utc_now() + timedelta(hours=1)))
    assert world.recorder.requests == []


@pytest.mark.parametrize(
    "faults", [{}, {"key_invalid": 1.0}, {"quota": 1.0}, {"server_error": 1.0}, {"truncated": 1.0}, {"disconnect": 1.0}]
)
@pytest.mark.parametrize("batch_stats", [False, True])
def test_the_key_is_told_to_nobody(
    emulate: Emulate,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    faults: dict[str, float],
    batch_stats: bool,
) -> None:
    world = emulate(faults)
    monkeypatch.setattr("googleapiclient.model.dump_request_response", True)
    caplog.set_level(logging.DEBUG)
    for name in ("googleapiclient.discovery", "googleapiclient.http"):
        caplog.set_level(logging.DEBUG, name)
    source = world.source(batch_stats=batch_stats)
    seen = [each for batch in source.observe(targets(3), clock.utc_now() + timedelta(hours=1)) for each in batch]
    told = [caplog.text, repr(source), repr(seen), *causes(source.stopped_by)]
    assert "URL being requested" in caplog.text
    assert world.recorder.requests[0].query_params["key"] == KEY
    assert not [text for text in told if "S3cret" in text]


def causes(error: BaseException | None) -> Iterator[str]:
    """Everything an error and what led to it would show."""
    if error:
        yield from traceback.format_exception(error)
    while error:
        yield from (str(error), repr(error), repr(vars(error)))
        error = error.__cause__ or error.__context__


def test_batch_stats_answers_alone_where_nothing_failed(emulate: Emulate) -> None:
    world = emulate()
    seen, _ = world.observe(targets(120), batch_stats=True)
    assert {each.status for each in seen} == {Status.OK}
    assert world.recorder.methods() == {"videos:batchGetStats": 3}


def test_what_batch_stats_leaves_open_is_asked_of_the_list(emulate: Emulate) -> None:
    world = emulate({"failed_stats": 0.2, "unavailable": 0.1, "hidden": 0.1})
    seen, _ = world.observe(targets(500), batch_stats=True)
    found = Counter(each.status for each in seen)
    assert set(found) == {Status.OK, Status.UNAVAILABLE, Status.HIDDEN}
    assert found[Status.OK] > 380
    assert world.recorder.methods()["videos"] <= 4
    assert world.ledger.spent == len(world.recorder.requests)


def test_batch_stats_that_do_not_work_cost_no_count(emulate: Emulate, answer: Callable[..., World]) -> None:
    world = emulate(daily_quota=3)
    seen, stopped_by = world.observe(targets(300), batch_stats=True, concurrency=1)
    assert {each.status for each in seen} == {Status.OK}
    assert stopped_by is None
    assert world.recorder.methods() == {"videos:batchGetStats": 4, "videos": 3}
    refused, stopped_by = answer(refusal(400, "keyInvalid")).observe(targets(3), batch_stats=True)
    assert {each.status for each in refused} == {Status.DEFERRED}
    assert type(stopped_by) is SourceRejected
