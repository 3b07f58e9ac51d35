"""What is said before a connection is closed on a request that cannot be handed to any app."""

from typing import NamedTuple

import orjson

from viewcount_api.errors import error_body


class LastWords(NamedTuple):
    """One response, with a body in the form of all our errors."""

    status: int
    phrase: str
    message: str

    @property
    def body(self) -> bytes:
        """The error as JSON."""
        return orjson.dumps(error_body(self.message))

    def encoded(self, request_id: str) -> bytes:
        """As it is sent."""
        head = (
            f"HTTP/1.1 {self.status} {self.phrase}",
            "connection: close",
            "content-type: application/json; charset=utf-8",
            f"content-length: {len(self.body)}",
            f"x-request-id: {request_id}",
        )
        return "\r\n".join((*head, "", "")).encode() + self.body


TOO_LARGE = LastWords(431, "Request Header Fields Too Large", "The head of the request is too long.")
TOO_MUCH_BESIDE = LastWords(431, "Request Header Fields Too Large", "There is too much beside the body.")
NO_UPGRADE = LastWords(400, "Bad Request", "No other protocol is spoken here: send it without Upgrade.")
NO_HTTP = LastWords(400, "Bad Request", "The request is no HTTP.")
