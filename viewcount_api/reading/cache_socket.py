"""One connection to Redis that all requests of a process share: commands go out as they come, replies return in order.

A pool hands each request a connection of its own and costs more than the rest of a cached answer. Redis answers in
order, so one connection does, and what is sent first is done first.
"""

import asyncio
from collections import deque
from typing import Any, cast

import hiredis
from redis.asyncio.connection import Connection, SSLConnection, UnixDomainSocketConnection, parse_url

LONG_VALUE = 10_000
Word = bytes | str | int
Reply = Any


class CacheSocket(asyncio.Protocol):
    """An open connection. When no reply comes for `answer_seconds` it is closed, and everything waiting fails.

    `ended` tells that it is closed, by whichever side.
    """

    def __init__(self, writer: asyncio.StreamWriter, answer_seconds: float) -> None:
        self._writer = writer  # it would close the transport when it goes
        self._transport = cast("asyncio.Transport", writer.transport)
        self._answer_seconds = answer_seconds
        self.ended = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._reader = hiredis.Reader()
        self._waiting: deque[tuple[float, asyncio.Future[Reply]]] = deque()
        self._alarm: asyncio.TimerHandle | None = None
        self._transport.set_protocol(self)

    @classmethod
    async def open(cls, url: str, answer_seconds: float) -> "CacheSocket":
        """Connect, and log in as `url` says. Raise `RedisError` or `OSError`."""
        connection = _connection(url, answer_seconds)
        await connection.connect()  # type: ignore[no-untyped-call]
        # Connecting is redis-py's: TLS, logging in, choosing the database. From here on the socket is ours.
        writer = cast("asyncio.StreamWriter", connection._writer)
        connection._writer = connection._reader = None
        return cls(writer, answer_seconds)

    def send(self, *command: Word) -> asyncio.Future[Reply]:
        """The reply to come; it raises `ConnectionError` when none came. It need not be awaited."""
        reply: asyncio.Future[Reply] = self._loop.create_future()
        if self._transport.is_closing():
            return _failed(reply)
        self._waiting.append((self._loop.time() + self._answer_seconds, reply))
        self._transport.writelines(_packed(command))
        if self._alarm is None:
            self._alarm = self._loop.call_later(self._answer_seconds, self._look_at_oldest)
        return reply

    def data_received(self, data: bytes) -> None:
        """Hand out the replies that are complete."""
        self._reader.feed(data)
        while (value := self._reader.gets()) is not False:
            _, reply = self._waiting.popleft()
            if not reply.done():
                reply.set_result(value)

    def connection_lost(self, _: Exception | None) -> None:
        """Tell everybody who waits."""
        if self._alarm:
            self._alarm.cancel()
        while self._waiting:
            _failed(self._waiting.popleft()[1])
        self.ended.set()

    def close(self) -> None:
        """Without waiting for replies."""
        self._transport.abort()

    def _look_at_oldest(self) -> None:
        # One timer for all: a command need neither set one nor take it back.
        self._alarm = None
        if not self._waiting:
            return
        due = self._waiting[0][0]
        if due <= self._loop.time():
            self._transport.abort()
        else:
            self._alarm = self._loop.call_at(due, self._look_at_oldest)


def _packed(command: tuple[Word, ...]) -> list[bytes]:
    """The bytes of a command; hiredis takes its time with a long value, which is therefore sent as it is."""
    *words, last = command
    if not isinstance(last, bytes) or len(last) < LONG_VALUE:
        return [hiredis.pack_command(command)]  # type: ignore[arg-type]
    # A command begins with the number of its words.
    before = hiredis.pack_command(tuple(words)).partition(b"\r\n")[2]  # type: ignore[arg-type]
    return [b"*%d\r\n" % len(command), before, b"$%d\r\n" % len(last), last, b"\r\n"]


def _connection(url: str, answer_seconds: float) -> Connection | UnixDomainSocketConnection:
    options: dict[str, Any] = {**parse_url(url)}
    kind = options.pop("connection_class", Connection)
    if kind is SSLConnection:
        options.setdefault("ssl_check_hostname", True)
    # In the older protocol a server says nothing but replies.
    options |= {"socket_connect_timeout": answer_seconds, "socket_timeout": answer_seconds, "protocol": 2}
    return cast("Connection | UnixDomainSocketConnection", kind(**options))


def _failed(reply: asyncio.Future[Reply]) -> asyncio.Future[Reply]:
    if not reply.done():
        reply.set_exception(ConnectionError("the cache did not answer"))
        reply.exception()  # whoever does not wait for the reply need not be warned
    return reply
