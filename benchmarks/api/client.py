"""Requests over connections that stay open: as fast as answers come, or at a fixed rate whatever answers do."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import orjson

LONGEST_ANSWER = 2**24
GIVE_UP_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Reply:
    """Status and body of one answer, and seconds from when it was due to be sent; status 0: none came."""

    status: int
    body: bytes
    seconds: float

    @property
    def is_good(self) -> bool:
        """Whether it is an answer without errors."""
        return self.status == 200 and b'"errors"' not in self.body

    @property
    def is_coded(self) -> bool:
        """Whether it is an error that says which."""
        return b'"code"' in self.body


def graphql(query: str, **variables: object) -> bytes:
    """The bytes of one request."""
    body = orjson.dumps({"query": query, "variables": variables})
    head = b"POST /graphql HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
    return head % len(body) + body


class Connections:
    """Connections to one port, opened as needed and used again."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: deque[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = deque()

    async def ask(self, request: bytes, due: float | None = None) -> Reply:
        """Send one request, due at that instant of `time.perf_counter`; now when not said."""
        start = time.perf_counter() if due is None else due
        try:
            async with asyncio.timeout(GIVE_UP_SECONDS):
                status, body = await self._exchange(request)
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            status, body = 0, b""
        return Reply(status, body, time.perf_counter() - start)

    async def close(self) -> None:
        """Close them."""
        for _, writer in self._idle:
            writer.close()

    async def _exchange(self, request: bytes) -> tuple[int, bytes]:
        reader, writer = await self._connection()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
        body = await reader.readexactly(int(length.partition(b":")[2]))
        self._idle.append((reader, writer))
        return int(head.split(b" ", 2)[1]), body

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._idle:
            return self._idle.pop()
        return await asyncio.open_connection("127.0.0.1", self._port, limit=LONGEST_ANSWER)


async def one_after_another(port: int, requests: Sequence[bytes], clients: int) -> list[Reply]:
    """Closed loop: so many clients, each sending its next request when it has its answer."""
    connections, ahead = Connections(port), deque(requests)
    replies: list[Reply] = []

    async def client() -> None:
        while ahead:
            replies.append(await connections.ask(ahead.popleft()))

    await asyncio.gather(*(client() for _ in range(clients)))
    await connections.close()
    return replies


async def at_rate(
    port: int, requests: Sequence[bytes], rate: float, meanwhile: Callable[[], Awaitable[None]] | None = None
) -> list[Reply]:
    """Open loop: `rate` requests a second, each sent when it is due, whether or not others were answered."""
    connections, start = Connections(port), time.perf_counter()
    side = asyncio.ensure_future(meanwhile()) if meanwhile else None

    async def ask_at(number: int, request: bytes) -> Reply:
        due = start + number / rate
        await asyncio.sleep(due - time.perf_counter())
        return await connections.ask(request, due)

    replies = await asyncio.gather(*(ask_at(*each) for each in enumerate(requests)))
    if side:
        await side
    await connections.close()
    return replies


def percentile(replies: Sequence[Reply], share: float) -> float:
    """Milliseconds that this share of the replies took at most."""
    ordered = sorted(reply.seconds for reply in replies)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000
