"""Work that is under way: who wants what somebody else is just waiting for waits with them."""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Hashable
from typing import Any, Generic, TypeVar

from viewcount_api import metrics

V = TypeVar("V")


class Work(Generic[V]):
    """One task, which ends when nobody waits for it any more."""

    def __init__(self, doing: Coroutine[Any, Any, V], forget: Callable[["Work[V]"], None]) -> None:
        """`forget` is called when it has come to an end, after which nobody may join it."""
        self.task = asyncio.create_task(doing)
        self.task.add_done_callback(self._end)
        self._forget = forget
        self._waiting = 0

    def join(self) -> None:
        """One more waits."""
        self._waiting += 1

    def leave(self) -> None:
        """One less does."""
        self._waiting -= 1
        if not self._waiting and not self.task.done():
            self._forget(self)
            self.task.cancel()

    def _end(self, task: asyncio.Task[V]) -> None:
        self._forget(self)
        if not task.cancelled():
            task.exception()  # which those who wait are told; asyncio need not complain where nobody does


async def await_all(works: Collection[Work[V]]) -> list[V]:
    """What they come to. The tasks themselves are not awaited: who hangs up must not end what others wait for."""
    for work in works:
        work.join()
    try:
        await asyncio.wait([work.task for work in works])
    finally:
        for work in works:
            work.leave()
    return [work.task.result() for work in works]


class UnderWay(Generic[V]):
    """One work for each key."""

    def __init__(self) -> None:
        self._works: dict[Hashable, Work[V]] = {}

    async def get(self, key: Hashable, begin: Callable[[], Coroutine[Any, Any, V]]) -> V:
        """What `begin` comes to, or the same begun by somebody else under this key."""
        if key in self._works:
            metrics.flight_joins.inc()
        else:
            self._works[key] = Work(begin(), lambda work: self._forget(key, work))
        (found,) = await await_all([self._works[key]])
        return found

    def _forget(self, key: Hashable, work: Work[V]) -> None:
        if self._works.get(key) is work:
            del self._works[key]
