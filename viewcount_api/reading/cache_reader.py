"""The cache as the API reads it: many keys in one command, and out of the way at once when the server is gone.

Nobody waits for a cache that was lost: requests do without it from the first failure on, while one task tries every
second whether it is back.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

import hiredis
from redis.exceptions import RedisError

from viewcount_api import metrics
from viewcount_api.reading.cache_socket import CacheSocket, Reply, Word
from viewcount_core.cache_keys import PUBLISHED_KEY, REFRESHES_KEY

logger = logging.getLogger(__name__)

ANSWER_SECONDS = 0.25
PAUSE_SECONDS = 1.0


class Stamp(NamedTuple):
    """What the cache stood at: the generation published, and how often tracks were refreshed."""

    generation: int
    refreshes: int


@dataclass(frozen=True, slots=True)
class Values:
    """What the cache has of the keys asked for, in order, and what it stood at; None before there is a generation."""

    stamp: Stamp | None
    found: Sequence[bytes | None]


class CacheReader:
    """Reads one Redis or Valkey database."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._socket: CacheSocket | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._has_tried = asyncio.Event()
        self._is_lost = False
        self.is_barred = False
        """Whether it is another database's, so that nothing may be read or stored."""

    @property
    def is_away(self) -> bool:
        """Whether the last try failed, or none was made yet."""
        return self._is_lost or not self._has_tried.is_set()

    async def open(self) -> None:
        """Connect, and stay connected from then on; returns after the first try, whatever came of it."""
        if self._keeping is None:
            self._keeping = asyncio.create_task(self._keep_connected())
        await self._has_tried.wait()

    async def get_many(self, keys: Sequence[str]) -> Values | None:
        """The values of `keys` by one MGET; None when the cache is away."""
        reply = await self.ask("MGET", PUBLISHED_KEY, REFRESHES_KEY, *keys)
        if reply is None:
            return None
        published, refreshes, *found = reply
        return Values(None if published is None else Stamp(int(published), int(refreshes or 0)), found)

    async def ask(self, *command: Word) -> Reply | None:
        """The reply to one command; None when the cache is away or refuses."""
        if self._socket is None or self.is_barred:
            return None
        try:
            reply = await self._socket.send(*command)
        except OSError as error:
            self._note_loss(error)
            return None
        if isinstance(reply, hiredis.ReplyError):
            logger.warning("cache_refused reason=%s", reply)
            return None
        return reply

    def tell(self, *command: Word) -> None:
        """Send a command whose reply is of no interest; what is asked after it is answered after it."""
        if self._socket and not self.is_barred:
            self._socket.send(*command)

    async def close(self) -> None:
        """Close the connection for good."""
        if self._keeping:
            self._keeping.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeping
        if self._socket:
            self._socket.close()

    async def _keep_connected(self) -> None:
        while True:
            self._socket = await self._connected()
            self._has_tried.set()
            if self._socket:
                self._welcome_back()
                await self._socket.ended.wait()
                # Tried again at once: the server may only have closed a connection that was idle.
                self._socket = None
            else:
                await asyncio.sleep(PAUSE_SECONDS)

    async def _connected(self) -> CacheSocket | None:
        try:
            socket = await CacheSocket.open(self._url, ANSWER_SECONDS)
            reply = await socket.send("GET", PUBLISHED_KEY)
        except (RedisError, OSError) as error:
            self._note_loss(error)
            return None
        if isinstance(reply, hiredis.ReplyError):
            socket.close()
            self._note_loss(reply)
            return None
        return socket

    def _note_loss(self, error: Exception) -> None:
        if not self._is_lost:
            logger.warning("cache_lost reason=%s", error)
        self._is_lost = True
        metrics.cache_away.set(1)

    def _welcome_back(self) -> None:
        if self._is_lost:
            logger.info("cache_back")
        self._is_lost = False
        metrics.cache_away.set(0)
