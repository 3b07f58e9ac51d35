"""Reads what Google's APIs send with an error and says what it means for us: wait, stop for today, or call a person."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import orjson

from viewcount_core import clock
from viewcount_core.errors import QuotaExhausted, SourceError, SourceRejected, SourceUnavailable
from viewcount_core.records import Service

_DAY_IS_SPENT = frozenset({"quotaexceeded", "dailylimitexceeded", "dailylimitexceededunreg"})
_TOO_FAST = frozenset({"ratelimitexceeded", "userratelimitexceeded"})
_KEY_UNKNOWN = frozenset({"keyinvalid", "apikeyinvalid", "keyexpired"})
_API_OFF = frozenset({"accessnotconfigured", "servicedisabled"})
_PER_DAY = re.compile(r"per[ _-]?day", re.IGNORECASE)
_TRANSIENT_CODES = frozenset({408, 429})
_SHOWN_LETTERS = 160

_NEW_KEY = "the key is refused: put a valid one into YOUTUBE_API_KEY"
_SWITCH_ON = "the YouTube Data API v3 is off for the key's project: enable it in the Google Cloud console"
_UNRESTRICT = "the key may not be used for this: check its restrictions and its project in the Google Cloud console"
_LOOK = "the request is refused: check the key in YOUTUBE_API_KEY and whether the API has changed"


@dataclass(frozen=True)
class GoogleFailure:
    """An error answer: its HTTP code, every reason it gives (letters only, lower case) and its message."""

    code: int
    reasons: frozenset[str]
    message: str
    limits: str

    def to_error(self, service: Service, retry_after: str | None) -> SourceError:
        """The error of ours this is."""
        if self.reasons & _DAY_IS_SPENT or (self.reasons & _TOO_FAST and _PER_DAY.search(self.limits)):
            return QuotaExhausted(service, f"the day's quota is spent ({self._shown()})")
        if self.reasons & _TOO_FAST or self.code in _TRANSIENT_CODES or self.code >= 500:
            return SourceUnavailable(service, self._shown(), parse_retry_after(retry_after))
        return SourceRejected(service, f"{self._advice()} ({self._shown()})")

    def _advice(self) -> str:
        if self.reasons & _KEY_UNKNOWN:
            return _NEW_KEY
        if self.reasons & _API_OFF:
            return _SWITCH_ON
        return _UNRESTRICT if self.code in (401, 403) else _LOOK

    def _shown(self) -> str:
        return f"HTTP {self.code}: {self.message}" if self.message else f"HTTP {self.code}"


def read_failure(code: int, content: bytes) -> GoogleFailure:
    """What an error answer says; a body that is not Google's JSON says nothing beyond its code."""
    try:
        error = orjson.loads(content)["error"]
        message = str(error.get("message", ""))
        entries = [entry for entry in [*error.get("errors", ()), *error.get("details", ())] if isinstance(entry, dict)]
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return GoogleFailure(code, frozenset(), "", "")
    reasons = frozenset(_letters(entry["reason"]) for entry in entries if "reason" in entry)
    limits = " ".join([message, *(str(entry.get("metadata", "")) for entry in entries)])
    return GoogleFailure(code, reasons, message[:_SHOWN_LETTERS], limits)


def parse_retry_after(text: str | None) -> float | None:
    """Seconds to wait, from a number or an HTTP date; None where there is neither."""
    if not text:
        return None
    if text.strip().isdecimal():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (_aware(until) - clock.utc_now()).total_seconds())


def _aware(instant: datetime) -> datetime:
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _letters(reason: Any) -> str:
    return re.sub(r"[^a-z]", "", str(reason).lower())
