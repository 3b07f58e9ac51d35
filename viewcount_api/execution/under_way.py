"""Answers that are being worked out: who asks for one of them waits for it instead of asking the servers again."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

from viewcount_api import metrics

V = TypeVar("V")


class UnderWay(Generic[V]):
    """One task for each key, for as long as it runs."""

    def __init__(self) -> None:
        self._tasks: dict[Hashable, asyncio.Task[V]] = {}

    async def get(self, key: Hashable, work: Callable[[], Coroutine[Any, Any, V]]) -> V:
        """What `work` comes to, or the same work begun by somebody else under this key."""
        task = self._tasks.get(key)
        if task is None:
            task = self._tasks[key] = asyncio.create_task(work())
            task.add_done_callback(lambda _: self._tasks.pop(key))
        else:
            metrics.flight_joins.inc()
        # Not awaited itself: who hangs up must not end what others wait for.
        await asyncio.wait([task])
        return task.result()
