"""Collects what the fields of one request want, so that one statement reads all of it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Wish = TypeVar("Wish")
Found = TypeVar("Found")


class Batch(Generic[Wish, Found]):
    """Wishes uttered in the same turn of the loop are fulfilled together."""

    def __init__(self, read: Callable[[set[Wish]], Awaitable[Found]]) -> None:
        self._read = read
        self._wishes: set[Wish] = set()
        self._reading: asyncio.Task[Found] | None = None

    def add(self, wish: Wish) -> Awaitable[Found]:
        """What is found for this and all other wishes; to be called, not only awaited, while fields are resolved."""
        self._wishes.add(wish)
        if self._reading is None:
            self._reading = asyncio.create_task(self._read_all())
        return self._reading

    async def _read_all(self) -> Found:
        wishes, self._wishes, self._reading = self._wishes, set(), None
        return await self._read(wishes)
