"""The two methods of the YouTube Data API v3 that tell view counts, through Google's client and for many threads."""

import logging
import threading
from collections.abc import Mapping, Sequence
from http.client import HTTPException
from typing import Any, Self
from urllib.parse import quote

import httplib2
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from viewcount_core.errors import SourceUnavailable
from viewcount_core.records import Service
from viewcount_pipeline.sources.google_failures import read_failure

MOST_IDS = 50
"""Ids one call may carry."""

# It logs every address; they hold no key, but fifty ids each.
logging.getLogger("googleapiclient.discovery").setLevel(logging.WARNING)

_FIELDS = "items(id,statistics/viewCount)"


class AnswerTimeout(SourceUnavailable):
    """Nothing came within the time a call may take."""


class YouTubeApi:
    """Answers as `{video id: raw view count}`: None for a count that is not shown, no entry for a missing video.

    Both methods raise `SourceUnavailable` (`AnswerTimeout` among them), `QuotaExhausted` or `SourceRejected`, and no
    text of these holds the key. Any thread may call them: httplib2 is not made for sharing, so each has its own.
    """

    def __init__(self, api_key: str, *, base_url: str | None = None, timeout_seconds: float = 20.0) -> None:
        self._api_key = api_key
        self._timeout_seconds = timeout_seconds
        # What stands at an address of its own is on this machine, where no proxy of the environment leads.
        self._proxy = None if base_url else httplib2.proxy_info_from_environment
        self._local = threading.local()
        self._opened: list[_KeyedHttp] = []
        options = {"api_endpoint": base_url} if base_url else None
        # No developerKey: Google's client would put it into the addresses it logs and shows in errors.
        service = build(
            "youtube",
            "v3",
            http=self._http(),
            client_options=options,
            static_discovery=True,
            cache_discovery=False,
        )
        self._videos = service.videos()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        for http in self._opened:
            http.close()

    def list_videos(self, ids: Sequence[str]) -> dict[str, Any]:
        """`videos.list`: a video that is missing cannot be seen by the public. One unit."""
        return self._execute(self._videos.list(part="statistics", id=",".join(ids), fields=_FIELDS))

    def batch_get_stats(self, ids: Sequence[str]) -> dict[str, Any]:
        """`videos.batchGetStats`: a video that is missing may exist nevertheless. One unit, of a quota of its own."""
        return self._execute(self._videos.batchGetStats(part="statistics", id=",".join(ids), fields=_FIELDS))

    def _execute(self, request: Any) -> dict[str, Any]:
        try:
            body = request.execute(http=self._http())
        except HttpError as error:
            failure = read_failure(error.resp.status, error.content)
            raise failure.to_error(Service.YOUTUBE, error.resp.get("retry-after")) from error
        except TimeoutError as error:
            message = f"no answer within {self._timeout_seconds:g} s"
            raise AnswerTimeout(Service.YOUTUBE, message) from error
        except (OSError, HTTPException, httplib2.HttpLib2Error) as error:
            raise SourceUnavailable(Service.YOUTUBE, f"connection failed ({type(error).__name__})") from error
        return _view_counts(body)

    def _http(self) -> "_KeyedHttp":
        if not hasattr(self._local, "http"):
            self._local.http = _KeyedHttp(self._api_key, timeout=self._timeout_seconds, proxy_info=self._proxy)
            self._opened.append(self._local.http)
        return self._local.http  # type: ignore[no-any-return]


class _KeyedHttp(httplib2.Http):  # type: ignore[misc]
    """Adds the key to the address on its way out, so that nothing above ever holds an address with the key."""

    def __init__(self, api_key: str, **options: Any) -> None:
        super().__init__(**options)
        # A redirect would be followed through `request` and take the key to wherever it leads.
        self.follow_redirects = False
        self._key_parameter = f"key={quote(api_key, safe='')}"

    def request(self, uri: str, *arguments: Any, **options: Any) -> Any:
        with_key = f"{uri}{'&' if '?' in uri else '?'}{self._key_parameter}"
        response, content = super().request(with_key, *arguments, **options)
        response["content-location"] = uri
        return response, content


def _view_counts(body: Any) -> dict[str, Any]:
    # Google's client hands on a body that is not JSON as text.
    if not isinstance(body, Mapping) or not isinstance(items := body.get("items", []), list):
        raise SourceUnavailable(Service.YOUTUBE, "the answer is no JSON as documented")
    return {item["id"]: _view_count(item) for item in items if isinstance(item, Mapping) and _names_video(item)}


def _names_video(item: Mapping[str, Any]) -> bool:
    return isinstance(item.get("id"), str)


def _view_count(item: Mapping[str, Any]) -> Any:
    statistics = item.get("statistics")
    return statistics.get("viewCount") if isinstance(statistics, Mapping) else None
