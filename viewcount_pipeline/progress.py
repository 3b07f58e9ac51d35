"""Tells whoever watches a run how far asking has come; nobody watches a scheduled one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from viewcount_core.records import Observation, Service


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of `total` tracks of a service were answered for, and the answer that came last."""

    service: Service
    done: int
    total: int
    latest: Observation | None = None
    title: str | None = None


Watcher = Callable[[Progress], None]
_watcher: ContextVar[Watcher | None] = ContextVar("watcher", default=None)


@contextmanager
def watched_by(watcher: Watcher) -> Iterator[None]:
    """Send the progress made inside the block to `watcher`."""
    token = _watcher.set(watcher)
    try:
        yield
    finally:
        _watcher.reset(token)


def show(progress: Progress) -> None:
    """Tell the watcher, if there is one."""
    watcher = _watcher.get()
    if watcher:
        watcher(progress)
