"""The YouTube emulator: `videos.list` and `videos.batchGetStats` of the Data API v3 for the videos of a catalog."""

import asyncio
import gzip
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from viewcount_core.clock import utc_now
from viewcount_local.emulators import google_errors
from viewcount_local.emulators.catalog import EmulatedTrack
from viewcount_local.emulators.faults import Faults
from viewcount_local.emulators.google_errors import GoogleError
from viewcount_local.emulators.growth import Growth
from viewcount_local.emulators.partial_response import InvalidFields, parse_fields, select
from viewcount_local.emulators.youtube_videos import Quota, Videos

MOST_IDS = 50
HANG_SECONDS = 90.0
RETRY_AFTER_SECONDS = 1
_PARTS = frozenset({"contentDetails", "id", "snippet", "statistics", "status"})
_GZIP_MINIMUM_BYTES = 256


def create_app(
    tracks: Sequence[EmulatedTrack],
    growth: Growth,
    faults: Faults,
    *,
    latency_ms: int = 0,
    daily_quota: int | None = None,
    now: Callable[[], datetime] = utc_now,
) -> Starlette:
    """An app that serves every video of `tracks`; other ids are missing from its answers, as deleted videos are.

    `daily_quota` is in units a Pacific day and method, None for no end; `now` is the date it lives at.
    """
    videos = Videos(tracks, growth, faults)
    emulator = YouTubeEmulator(videos, faults, Quota(daily_quota), latency_ms / 1000, now)
    return Starlette(
        routes=[
            Route("/youtube/v3/videos", emulator.list_videos),
            Route("/youtube/v3/videos:batchGetStats", emulator.batch_get_stats),
        ]
    )


@dataclass(frozen=True)
class Occasion:
    """One request, as faults know it: the same ids asked for the nth time on a day."""

    faults: Faults
    ids: str
    day: date
    attempt: int

    def hits(self, kind: str) -> bool:
        """Whether this request misbehaves in this way."""
        return self.faults.hits(kind, self.ids, self.day, self.attempt)

    def choose(self, kind: str, *ways: Any) -> Any:
        """One of several ways to misbehave."""
        return ways[int(self.faults.share(f"{kind}/way", self.ids, self.day, self.attempt) * len(ways))]


class YouTubeEmulator:
    """Answers requests as Google does, errors included."""

    def __init__(
        self, videos: Videos, faults: Faults, quota: Quota, latency_seconds: float, now: Callable[[], datetime]
    ) -> None:
        self._videos = videos
        self._faults = faults
        self._quota = quota
        self._latency_seconds = latency_seconds
        self._now = now
        self._attempts: Counter[str] = Counter()
        self._day: date | None = None

    async def list_videos(self, request: Request) -> Response:
        """`GET /youtube/v3/videos`."""
        return await self._answer(request, "videos.list", self._list)

    async def batch_get_stats(self, request: Request) -> Response:
        """`GET /youtube/v3/videos:batchGetStats`."""
        return await self._answer(request, "videos.batchGetStats", self._stats)

    async def _answer(
        self, request: Request, method: str, compose: Callable[[list[str], datetime, Occasion], dict[str, Any]]
    ) -> Response:
        at = self._now()
        occasion = self._occasion(request, at)
        if self._latency_seconds:
            await asyncio.sleep(self._latency_seconds)
        if occasion.hits("timeout"):
            await asyncio.sleep(HANG_SECONDS)
        try:
            self._refuse(request, method, at, occasion)
            ids = _asked_ids(request)
            body = select(compose(ids, at, occasion), _asked_fields(request))
        except GoogleError as error:
            return _response(request, error.body(), error.code, error.headers)
        return _misbehaving(_response(request, body), occasion)

    def _occasion(self, request: Request, at: datetime) -> Occasion:
        ids, day = ",".join(request.query_params.getlist("id")), at.date()
        if day != self._day:
            self._attempts.clear()
            self._day = day
        self._attempts[ids] += 1
        return Occasion(self._faults, ids, day, self._attempts[ids])

    def _refuse(self, request: Request, method: str, at: datetime, occasion: Occasion) -> None:
        """Raise the error this request gets whatever it asks for."""
        if not request.query_params.get("key"):
            raise google_errors.key_missing()
        if occasion.hits("key_invalid"):
            raise google_errors.key_invalid()
        if occasion.hits("server_error"):
            raise google_errors.server_error(occasion.choose("server_error", 500, 502, 503))
        if occasion.hits("rate_limit"):
            raise google_errors.rate_limited(occasion.choose("rate_limit", None, RETRY_AFTER_SECONDS))
        if occasion.hits("quota"):
            raise google_errors.quota_exceeded()
        self._quota.spend(method, at)

    def _list(self, ids: list[str], at: datetime, occasion: Occasion) -> dict[str, Any]:
        found = [video_id for video_id in ids if self._videos.exists(video_id)]
        if occasion.hits("reordered"):
            found = [*reversed(found), *found[:1]]
        items = [self._item("youtube#video", video_id, at) for video_id in found]
        page = {"totalResults": len(items), "resultsPerPage": len(items)}
        return {"kind": "youtube#videoListResponse", "etag": _etag(items), "items": items, "pageInfo": page}

    def _stats(self, ids: list[str], at: datetime, occasion: Occasion) -> dict[str, Any]:
        failed = [
            video_id
            for video_id in ids
            if not self._videos.exists(video_id) or self._faults.hits("failed_stats", video_id, occasion.day)
        ]
        items = [self._item("youtube#videoStats", video_id, at) for video_id in ids if video_id not in failed]
        summary = {
            "requestedVideoCount": len(ids),
            "succeededVideoCount": len(items),
            "failedVideoCount": len(failed),
            "failedVideoIds": failed,
        }
        return {"kind": "youtube#batchGetStatsResponse", "etag": _etag(items), "items": items, "summary": summary}

    def _item(self, kind: str, video_id: str, at: datetime) -> dict[str, Any]:
        statistics = self._videos.statistics(video_id, at)
        return {"kind": kind, "etag": _etag(statistics), "id": video_id, "statistics": statistics}


def _asked_ids(request: Request) -> list[str]:
    parts = _listed(request, "part")
    if not parts:
        raise google_errors.parameter_missing("part")
    if not set(parts) <= _PARTS:
        raise google_errors.parameter_invalid("part", "unknownPart")
    ids = list(dict.fromkeys(_listed(request, "id")))
    if not ids:
        raise google_errors.parameter_missing("id")
    if len(ids) > MOST_IDS:
        raise google_errors.parameter_invalid("id", "invalidFilters")
    return ids


def _asked_fields(request: Request) -> Any:
    fields = request.query_params.get("fields")
    try:
        return parse_fields(fields) if fields else {}
    except InvalidFields:
        raise google_errors.parameter_invalid("fields", "invalidParameter") from None


def _listed(request: Request, name: str) -> list[str]:
    return [part for value in request.query_params.getlist(name) for part in value.split(",") if part]


def _etag(content: Any) -> str:
    return f"{zlib.crc32(orjson.dumps(content)):08x}"


def _response(request: Request, body: Any, code: int = 200, headers: dict[str, str] | None = None) -> Response:
    content = orjson.dumps(body)
    tag = f'"{_etag(body)}"'
    all_headers = {"ETag": tag, "Vary": "Origin, X-Origin, Referer", **(headers or {})}
    if code == 200 and request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=all_headers)
    # Google compresses only for clients that also carry "gzip" in their user agent.
    wants_gzip = all("gzip" in request.headers.get(name, "") for name in ("accept-encoding", "user-agent"))
    if wants_gzip and len(content) >= _GZIP_MINIMUM_BYTES:
        content = gzip.compress(content, 1, mtime=0)
        all_headers["Content-Encoding"] = "gzip"
    return Response(content, code, all_headers, "application/json; charset=UTF-8")


def _misbehaving(response: Response, occasion: Occasion) -> Response:
    if occasion.hits("truncated"):
        half = bytes(response.body[: len(response.body) // 2])
        kept = {name: value for name, value in response.headers.items() if name != "content-length"}
        return Response(half, response.status_code, kept)
    if occasion.hits("disconnect"):
        # The server closes a connection on which less came than was announced.
        response.body = b""
    return response
