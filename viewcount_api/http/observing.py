"""What is noted of every request once it is answered: a line of the access log, and counts for Prometheus.

What is done here for an answer of the endpoint is done for each cached one too, and costs five microseconds in all.
"""

import time
from functools import cache

from prometheus_client import Counter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from viewcount_api import metrics
from viewcount_api.access.clients import Clients
from viewcount_api.access_log import AccessLog
from viewcount_api.http.calls import Call
from viewcount_api.http.heads import headers_of
from viewcount_api.request_ids import request_id
from viewcount_core.settings import Settings

NO_SNIFFING = (b"x-content-type-options", b"nosniff")


class Observer:
    """Notes requests; one for the whole app."""

    def __init__(self, settings: Settings) -> None:
        self._log = AccessLog(settings.api_access_log)
        self._clients = Clients(settings.api_trusted_proxies)

    def note(self, call: Call, status: int, size: int) -> None:
        """A GraphQL request was answered, or refused before it was one."""
        seconds = time.perf_counter() - call.started_at
        answer, cached = call.answer, ""
        _responses(status).inc()
        if answer is None:
            self._log.write(call.id, call.client, call.method, call.path, status, size, seconds)
            return
        metrics.count_answer(answer.asked, answer.codes[0] if answer.codes else metrics.OK, seconds)
        if answer.is_executed:
            cached = "hit" if answer.is_from_cache else "miss"
        self._log.write(
            call.id,
            call.client,
            call.method,
            call.path,
            status,
            size,
            seconds,
            answer.operation,
            answer.codes,
            cached,
        )

    def note_refusal(self, request_id: str, client: str, status: int, size: int) -> None:
        """A request was refused before any app saw it."""
        _responses(status).inc()
        self._log.write(request_id, client, "", "", status, size, 0.0)

    def around(self, app: ASGIApp) -> ASGIApp:
        """`app` with its requests noted, and their ids in its answers."""

        async def observed(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            await _Exchange(self._log, self._clients, scope).run(app, receive, send)

        return observed


class _Exchange:
    """One request that is no GraphQL request, with what is seen of its answer as it is sent."""

    def __init__(self, log: AccessLog, clients: Clients, scope: Scope) -> None:
        self._started_at = time.perf_counter()
        self._log = log
        self._scope = scope
        headers = headers_of(scope)
        self._id = request_id(headers.get(b"x-request-id"))
        peer = scope["client"][0] if scope["client"] else ""
        self._client = clients.address(peer, headers.get(b"x-forwarded-for"))
        self._status = self._size = 0

    async def run(self, app: ASGIApp, receive: Receive, send: Send) -> None:
        async def observed_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", self._id.encode()), NO_SNIFFING]
            self._size += len(message.get("body", b""))
            await send(message)

        self._scope["client"] = (self._client, 0)
        await app(self._scope, receive, observed_send)
        _responses(self._status).inc()
        self._log.write(
            self._id,
            self._client,
            self._scope["method"],
            self._scope["path"],
            self._status,
            self._size,
            time.perf_counter() - self._started_at,
        )


@cache
def _responses(status: int) -> Counter:
    return metrics.responses.labels(status)
