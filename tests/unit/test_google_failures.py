"""What Google's error answers mean: wait, stop for the day, or call a person."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from viewcount_core import clock
from viewcount_core.errors import QuotaExhausted, SourceError, SourceRejected, SourceUnavailable
from viewcount_core.records import Service
from viewcount_pipeline.sources.google_failures import parse_retry_after, read_failure


def body(code: int, reason: str, message: str = "words", **more: Any) -> bytes:
    return orjson.dumps({"error": {"code": code, "message": message, "errors": [{"reason": reason}], **more}})


PER_DAY = "Quota exceeded for quota metric 'Queries' and limit 'Queries per day' of service 'youtube.googleapis.com'"
KEY_DETAIL = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}]
LIMIT_DETAIL = [{"reason": "RATE_LIMIT_EXCEEDED", "metadata": {"quota_limit": "defaultPerDayPerProject"}}]


@pytest.mark.parametrize(
    ("code", "content", "expected", "words"),
    [
        (403, body(403, "quotaExceeded"), QuotaExhausted, "the day's quota is spent"),
        (403, body(403, "dailyLimitExceeded"), QuotaExhausted, "the day's quota is spent"),
        (429, body(429, "rateLimitExceeded", PER_DAY), QuotaExhausted, "the day's quota is spent"),
        (429, body(429, "rateLimitExceeded", details=LIMIT_DETAIL), QuotaExhausted, "the day's quota is spent"),
        (403, body(403, "rateLimitExceeded"), SourceUnavailable, "HTTP 403: words"),
        (403, body(403, "userRateLimitExceeded"), SourceUnavailable, "HTTP 403: words"),
        (429, body(429, "tooManyRequests"), SourceUnavailable, "HTTP 429: words"),
        (408, b"", SourceUnavailable, "HTTP 408"),
        (500, b"<html>Error</html>", SourceUnavailable, "HTTP 500"),
        (503, body(503, "backendError"), SourceUnavailable, "HTTP 503: words"),
        (400, body(400, "keyInvalid"), SourceRejected, "put a valid one into YOUTUBE_API_KEY"),
        (400, body(400, "badRequest", details=KEY_DETAIL), SourceRejected, "put a valid one into YOUTUBE_API_KEY"),
        (400, body(400, "badRequest"), SourceRejected, "check the key in YOUTUBE_API_KEY"),
        (403, body(403, "accessNotConfigured"), SourceRejected, "enable it in the Google Cloud console"),
        (403, body(403, "forbidden"), SourceRejected, "check its restrictions"),
        (403, b"[]", SourceRejected, "check its restrictions"),
        (401, b"", SourceRejected, "check its restrictions"),
        (404, body(404, "notFound"), SourceRejected, "whether the API has changed"),
        (400, b'{"error": "invalid_request"}', SourceRejected, "HTTP 400"),
    ],
)
def test_every_refusal_has_one_meaning(code: int, content: bytes, expected: type[SourceError], words: str) -> None:
    error = read_failure(code, content).to_error(Service.YOUTUBE, None)
    assert type(error) is expected
    assert words in str(error)
    assert str(error).startswith("YouTube: ")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        (" 0 ", 0.0),
        ("Mon, 02 Mar 2026 21:30:30 GMT", 30.0),
        ("Mon, 02 Mar 2026 21:29:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_a_number_or_a_date(
    monkeypatch: pytest.MonkeyPatch, text: str | None, seconds: float | None
) -> None:
    monkeypatch.setattr(clock, "utc_now", lambda: datetime(2026, 3, 2, 21, 30, tzinfo=UTC))
    assert parse_retry_after(text) == seconds
