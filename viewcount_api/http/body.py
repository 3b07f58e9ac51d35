"""Reads a request's body within limits of size and time."""

import asyncio

from starlette.types import Receive

from viewcount_api.http.refusals import RefusedRequest


class SenderGone(Exception):
    """The client closed the connection before its request was complete."""


async def read_body(receive: Receive, announced: bytes | None, max_bytes: int, seconds: float) -> bytes:
    """The body, of which the client announced this length or none.

    Raise `RefusedRequest` (413, 408) for one that is too long or comes too slowly, `SenderGone` for half a one.
    """
    if announced and (not announced.isdigit() or int(announced) > max_bytes):
        raise _too_long(max_bytes)
    try:
        async with asyncio.timeout(seconds):
            return await _collect(receive, max_bytes)
    except TimeoutError:
        raise RefusedRequest(408, f"The body was not complete after {seconds:g} seconds.") from None


async def _collect(receive: Receive, max_bytes: int) -> bytes:
    body, is_complete = b"", False
    while not is_complete:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise SenderGone
        body += message.get("body", b"")
        if len(body) > max_bytes:
            raise _too_long(max_bytes)
        is_complete = not message.get("more_body", False)
    return body


def _too_long(max_bytes: int) -> RefusedRequest:
    return RefusedRequest(413, f"The body is longer than {max_bytes} bytes.")
