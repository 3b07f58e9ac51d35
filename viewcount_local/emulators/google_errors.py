"""The bodies Google's APIs send with an error: `errors[].reason` is what the YouTube Data API's clients go by."""

from dataclasses import dataclass, field
from typing import Any

_STATUS = {
    400: "INVALID_ARGUMENT",
    403: "PERMISSION_DENIED",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    502: "UNAVAILABLE",
    503: "UNAVAILABLE",
}


@dataclass(eq=False)
class GoogleError(Exception):
    """One error answer."""

    code: int
    reason: str
    message: str
    domain: str = "youtube.api"
    details: tuple[dict[str, Any], ...] = ()
    headers: dict[str, str] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """The JSON that is sent."""
        first = {"message": self.message, "domain": self.domain, "reason": self.reason}
        error = {"code": self.code, "message": self.message, "errors": [first], "status": _STATUS[self.code]}
        return {"error": error | ({"details": list(self.details)} if self.details else {})}


def quota_exceeded() -> GoogleError:
    """The project has used up its day."""
    text = "The request cannot be completed because you have exceeded your quota."
    return GoogleError(403, "quotaExceeded", text, "youtube.quota")


def rate_limited(retry_after_seconds: int | None) -> GoogleError:
    """Too many requests at a time: 403 as of old, or 429 that says when to come back."""
    if retry_after_seconds is None:
        return GoogleError(403, "rateLimitExceeded", "Rate Limit Exceeded", "usageLimits")
    text = "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user'."
    headers = {"Retry-After": str(retry_after_seconds)}
    return GoogleError(429, "rateLimitExceeded", text, "usageLimits", headers=headers)


def server_error(code: int) -> GoogleError:
    """Google is not well."""
    return GoogleError(code, "backendError", "Backend Error", "global")


def key_missing() -> GoogleError:
    """No key at all."""
    return GoogleError(403, "forbidden", "Method doesn't allow unregistered callers.", "global")


def key_invalid() -> GoogleError:
    """A key nobody knows."""
    detail = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "API_KEY_INVALID",
        "domain": "googleapis.com",
    }
    return GoogleError(400, "keyInvalid", "API key not valid. Please pass a valid API key.", "usageLimits", (detail,))


def parameter_missing(name: str) -> GoogleError:
    """A parameter the method needs."""
    return GoogleError(400, "missingRequiredParameter", f"Required parameter: {name}", "youtube.parameter")


def parameter_invalid(name: str, reason: str) -> GoogleError:
    """A parameter the method cannot use."""
    return GoogleError(400, reason, f"Invalid value for parameter: {name}", "youtube.parameter")
