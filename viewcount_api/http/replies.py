"""One HTTP response, and how it is sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.types import Send

Headers = Sequence[tuple[bytes, bytes]]


@dataclass(slots=True)
class Reply:
    """What is sent; the length of the body is added on the way."""

    status: int
    body: bytes
    headers: list[tuple[bytes, bytes]]

    async def send(self, send: Send) -> None:
        """Send it whole."""
        if self.status not in (204, 304):
            self.headers.append((b"content-length", b"%d" % len(self.body)))
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body})
