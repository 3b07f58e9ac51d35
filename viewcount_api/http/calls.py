"""One HTTP request to the GraphQL endpoint, before anything is known of its contents."""

import time

from starlette.types import Scope

from viewcount_api.http.negotiation import Media, acceptable_media

READING = ("GET", "HEAD")


class Call:
    """What its head says, and what the log is to be told of it."""

    __slots__ = ("client", "headers", "is_reading", "media", "method", "query_string", "started_at")

    def __init__(self, scope: Scope) -> None:
        self.started_at = time.perf_counter()
        self.method: str = scope["method"]
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.query_string: bytes = scope["query_string"]
        self.client: str = scope["client"][0] if scope["client"] else ""
        self.media: Media | None = acceptable_media(self.headers.get(b"accept", b""))
        self.is_reading = self.method in READING
