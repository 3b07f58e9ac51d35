"""One client's connection, as uvicorn's own, and with an end for clients that never come to one.

uvicorn waits without limit for the head of a request, for the rest of a body that nobody reads, and for a client to
take an answer; each of them holds a connection and memory.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from viewcount_api.http.last_words import NO_HTTP, NO_UPGRADE, TOO_LARGE, TOO_MUCH_BESIDE, LastWords
from viewcount_api.request_ids import request_id

logger = logging.getLogger(__name__)
logger.setLevel(logging.ERROR)

TAKING_SECONDS = 60.0
LEAVING_SECONDS = 1.0

BODY_HEADERS = (b"content-length", b"transfer-encoding")
# A chunk of one byte takes six.
CHUNKED_TIMES = 8


class Refused(Exception):
    """Ends the parsing; what is sent then is `Connection._refusal`."""


def _nothing(*_: object) -> None:
    """Nobody has to be told."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the app's lifespan puts into its state under `terms`: limits, and whom to tell what no app sees."""

    head_seconds: float = 10.0
    head_bytes: int = 32_768
    on_stop: Callable[[], None] = _nothing
    on_refusal: Callable[[str, str, int, int], None] = _nothing
    """Takes the id of a request, its client's address, the status, and how many bytes the body has."""


class Alarm:
    """Ends a connection after a while, unless it is called off."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._timer: asyncio.TimerHandle | None = None

    def set(self, seconds: float, transport: asyncio.Transport) -> None:
        """Abort `transport` then: a plain close would wait for what the client does not take."""
        self.call_off()
        self._timer = self._loop.call_later(seconds, transport.abort)

    def call_off(self) -> None:
        """Nothing happens."""
        if self._timer:
            self._timer.cancel()
            self._timer = None

    @property
    def is_set(self) -> bool:
        """Whether it is going to happen."""
        return self._timer is not None


class Connection(HttpToolsProtocol):
    """Closes when a head is too slow or too long, a refused body does not end, or an answer is not taken."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.logger = logger  # that of uvicorn writes lines of its own about each request it cannot use
        self._terms: Terms = app_state.get("terms") or Terms()
        self._head_bytes = self._rest_bytes = self._body_bytes = 0
        self._is_in_head, self._is_leaving = True, False
        self._refusal = NO_HTTP
        # For what the client has to send, and for what it has to take.
        self._sending, self._taking = Alarm(self.loop), Alarm(self.loop)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A first request is expected at once."""
        super().connection_made(transport)
        self._sending.set(self._terms.head_seconds, self.transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave no timer behind."""
        self._sending.call_off()
        self._taking.call_off()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse it; the time for a head begins with the first piece of one that is not whole."""
        if self._is_in_head:
            self._head_bytes += len(data)
        else:
            self._rest_bytes += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._is_in_head:
            self._judge_head()
        elif self._rest_bytes > self._terms.head_bytes + CHUNKED_TIMES * self._body_bytes:
            self._end_with(TOO_MUCH_BESIDE)

    def on_message_begin(self) -> None:
        """A new head."""
        super().on_message_begin()
        self._is_in_head = True
        self._rest_bytes = self._body_bytes = 0

    def on_header(self, name: bytes, value: bytes) -> None:
        """Those of the head alone: what comes after the body must not be taken for one of them."""
        if self._is_in_head:
            super().on_header(name, value)

    def on_body(self, body: bytes) -> None:
        """Some of the body, in one chunk or several."""
        self._body_bytes += len(body)
        super().on_body(body)

    def on_headers_complete(self) -> None:
        """The head is whole; one that came in few pieces was not judged yet."""
        if self._head_bytes > self._terms.head_bytes and self._length_of_head() > self._terms.head_bytes:
            self._refuse(TOO_LARGE)
        is_upgrade = self.parser.should_upgrade()
        if is_upgrade and any(name in BODY_HEADERS for name, _ in self.headers):
            # The parser would take the body for what is said after the upgrade, which may be another request.
            self._refuse(NO_UPGRADE)
        self._is_in_head, self._head_bytes = False, 0
        self._sending.call_off()
        super().on_headers_complete()
        if self._is_leaving or is_upgrade:
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        """The body is whole, too: one that was answered early need not be cut off. What follows is another head."""
        super().on_message_complete()
        self._sending.call_off()
        self._is_in_head, self._head_bytes = True, 0

    def on_response_complete(self) -> None:
        """Take no more of a body that nobody reads."""
        is_unread = not self.pipeline and self.cycle.more_body
        super().on_response_complete()
        if is_unread:
            self.transport.close()

    def pause_writing(self) -> None:
        """The client does not take what it asked for."""
        super().pause_writing()
        self._taking.set(TAKING_SECONDS, self.transport)

    def resume_writing(self) -> None:
        """It does again."""
        self._taking.call_off()
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        """Closing waits until all is written: not for ever."""
        super().timeout_keep_alive_handler()
        self._taking.set(TAKING_SECONDS, self.transport)

    def shutdown(self) -> None:
        """Take one more request where one may be on its way: who has just sent it would get no answer at all.

        Streams have no end of their own.
        """
        self._terms.on_stop()
        if self._is_answering:
            super().shutdown()
        else:
            self._is_leaving = True
            self._sending.set(LEAVING_SECONDS, self.transport)

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be parsed, in the form of all our errors."""
        self._end_with(self._refusal)

    def _refuse(self, words: LastWords) -> None:
        self._refusal = words
        raise Refused

    def _length_of_head(self) -> int:
        """Without white space and line ends."""
        return len(self.url) + sum(len(name) + len(value) for name, value in self.headers)

    def _judge_head(self) -> None:
        if self._head_bytes > self._terms.head_bytes:
            self._end_with(TOO_LARGE)
        elif not self._sending.is_set and not self._is_answering:
            self._sending.set(self._terms.head_seconds, self.transport)

    @property
    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _end_with(self, words: LastWords) -> None:
        if self._is_answering and (self.cycle.response_started or not self.cycle.more_body):
            self.transport.abort()  # these words would be taken for the answer
            return
        own = request_id(None)
        self.transport.write(words.encoded(own))
        self.transport.close()
        self._terms.on_refusal(own, self.client[0] if self.client else "", words.status, len(words.body))
