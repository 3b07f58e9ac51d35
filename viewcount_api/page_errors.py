"""`/client-errors`: where the page says that one of its own scripts failed, so that somebody learns of it.

Anybody can send here, so what comes is short, cleaned, and told of in one line; and not many times a minute.
"""

import logging
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from viewcount_api import metrics
from viewcount_api.access.clients import network_of
from viewcount_api.access.rates import RateLimit
from viewcount_api.errors import RATE_LIMITED, error_body
from viewcount_api.http.body import SenderGone, read_body
from viewcount_api.http.refusals import RefusedRequest
from viewcount_core.settings import Settings

logger = logging.getLogger(__name__)

MAX_BODY_BYTES = 16_000
PER_CLIENT, PER_PROCESS = 10, 60
# Together less than 1 kB.
TEXT_BYTES = {"message": 250, "source": 120, "stack": 350}
PLAIN = str.maketrans({'"': "'", "\\": "/"})
PLACES = ("line", "column")
MAX_PLACE = 10_000_000
EVERYBODY = "everybody"


class PageErrors:
    """Takes reports; counted a process, as losing some of many is no loss."""

    def __init__(self, settings: Settings) -> None:
        self._seconds = settings.api_body_seconds
        self._of_client = RateLimit("page-errors", PER_CLIENT)
        self._of_all = RateLimit("page-errors", PER_PROCESS)
        self._refused = metrics.rate_limited.labels("page-errors")

    async def take(self, request: Request) -> Response:
        """204, or why not."""
        try:
            report = await self._read(request)
        except RefusedRequest as refusal:
            headers = {name.decode(): value.decode() for name, value in refusal.headers}
            return _response(refusal.status or 400, str(refusal), refusal.code, headers)
        except (SenderGone, ClientDisconnect):
            return Response(status_code=400)  # nobody is there to read it
        metrics.page_errors.inc()
        logger.warning("page_error client=%s %s", network_of(request.client.host if request.client else ""), report)
        return Response(status_code=204)

    async def _read(self, request: Request) -> str:
        """The report on one line. Raise `RefusedRequest`."""
        # Everybody's count is of those that their own limit let through: one sender cannot use it up.
        client = network_of(request.client.host if request.client else "")
        if self._of_client.exceeded_here(client) or self._of_all.exceeded_here(EVERYBODY):
            self._refused.inc()
            wait = str(RateLimit.retry_after_seconds()).encode()
            raise RefusedRequest(429, "Too many reports.", code=RATE_LIMITED, headers=[(b"retry-after", wait)])
        if not request.headers.get("content-type", "").lower().startswith("application/json"):
            raise RefusedRequest(415, "The body must be application/json.")
        announced = request.headers.get("content-length", "").encode() or None
        body = await read_body(request.receive, announced, MAX_BODY_BYTES, self._seconds)
        try:
            report = orjson.loads(body)
        except orjson.JSONDecodeError:
            raise RefusedRequest(400, "The body cannot be read as JSON.") from None
        if not isinstance(report, dict):
            raise RefusedRequest(400, "The body must be a JSON object.")
        return _line(report)


def _line(report: Mapping[str, Any]) -> str:
    """Known fields alone, each as its JSON: quoted, so that no value can pass for another field."""
    fields = {name: _text(report.get(name), longest) for name, longest in TEXT_BYTES.items()}
    places = {name: _place(report.get(name)) for name in PLACES}
    return " ".join(f"{name}={orjson.dumps(value).decode()}" for name, value in (fields | places).items())


def _text(value: Any, longest: int) -> str:
    """Printable characters that need no escape, runs of all others as one space; `longest` in bytes."""
    text = value[:longest] if isinstance(value, str) else ""
    clean = " ".join("".join(each if each.isprintable() else " " for each in text).split()).translate(PLAIN)
    return clean.encode()[:longest].decode(errors="ignore")


def _place(value: Any) -> int:
    return value if type(value) is int and 0 <= value <= MAX_PLACE else 0


def _response(status: int, message: str, code: str, headers: Mapping[str, str]) -> Response:
    return Response(orjson.dumps(error_body(message, code)), status, headers, "application/json")
