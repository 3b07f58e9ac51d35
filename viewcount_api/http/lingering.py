"""Answers that come before their request is whole: they end when it does, so that its sender gets to read them.

A client that is still sending when the connection is closed sees a broken pipe in place of the answer.
"""

import asyncio
from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send

LINGER_SECONDS = 2.0
LAST = {"type": "http.response.body", "body": b""}


class Lingering:
    """One request and its answer, whose last piece is held back while the request is not whole."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._is_whole = self._is_held = False

    async def run(self, app: ASGIApp, scope: Scope) -> None:
        """Let the app answer; then take what is left of the request, and drop it."""
        await app(scope, self._received, self._sent)
        if self._is_held:
            with suppress(TimeoutError):
                async with asyncio.timeout(LINGER_SECONDS):
                    while not self._is_whole:
                        await self._received()
            await self._send(LAST)

    async def _received(self) -> Message:
        message = await self._receive()
        self._is_whole = not message.get("more_body", False)
        return message

    async def _sent(self, message: Message) -> None:
        if not self._is_whole and message["type"] == LAST["type"] and not message.get("more_body", False):
            self._is_held = True
            message = {**message, "more_body": True}
        await self._send(message)
