"""One HTTP request to the GraphQL endpoint, before anything is known of its contents."""

import time

from starlette.types import Scope

from viewcount_api.access.clients import Clients
from viewcount_api.http.heads import headers_of
from viewcount_api.http.negotiation import Media, acceptable_media
from viewcount_api.request_ids import request_id
from viewcount_api.requests import Answer

READING = ("GET", "HEAD")


class Call:
    """What its head says, and what the log is to be told of it."""

    __slots__ = (
        "answer",
        "client",
        "headers",
        "id",
        "is_reading",
        "media",
        "method",
        "path",
        "query_string",
        "started_at",
    )

    def __init__(self, scope: Scope, clients: Clients) -> None:
        self.started_at = time.perf_counter()
        self.answer: Answer | None = None
        self.path: str = scope["path"]
        self.method: str = scope["method"]
        self.headers: dict[bytes, bytes] = headers_of(scope)
        self.query_string: bytes = scope["query_string"]
        self.id = request_id(self.headers.get(b"x-request-id"))
        peer = scope["client"][0] if scope["client"] else ""
        self.client = clients.address(peer, self.headers.get(b"x-forwarded-for"))
        self.media: Media | None = acceptable_media(self.headers.get(b"accept", b""))
        self.is_reading = self.method in READING
