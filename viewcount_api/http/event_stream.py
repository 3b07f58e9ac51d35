"""Answers as a stream of events: GraphQL over SSE, each operation on a connection of its own."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from starlette.types import Receive, Send

from viewcount_api.http.replies import Reply

COMPLETE = b"event: complete\ndata:\n\n"
COMMENT = b":\n\n"
HEADERS = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx would keep events until there are enough
)


def next_event(body: bytes) -> bytes:
    """One result; encoded JSON has no line breaks."""
    return b"event: next\ndata: " + body + b"\n\n"


@dataclass(slots=True)
class EventStream(Reply):
    """Sent until the events or the client come to an end; begins with the first event."""

    events: AsyncGenerator[bytes]
    receive: Receive

    async def send(self, send: Send) -> None:
        """Send the events; whatever makes them is closed when the client goes."""
        tasks = {asyncio.create_task(self._write(send)), asyncio.create_task(self._await_end())}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def _write(self, send: Send) -> None:
        is_begun = False
        async with aclosing(self.events) as events:
            async for event in events:
                if not is_begun:
                    await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
                is_begun = True
                await send({"type": "http.response.body", "body": event, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def _await_end(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass
