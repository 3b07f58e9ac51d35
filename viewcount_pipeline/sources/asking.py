"""Asks a service for many ids in groups and threads, until all are answered or there is a reason to stop."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from viewcount_core import clock
from viewcount_core.errors import QuotaExhausted, SourceError, SourceRejected, SourceUnavailable
from viewcount_core.records import Service
from viewcount_pipeline.sources.patience import Patience

GIVEN_UP_IN_A_ROW = 10
"""Groups that failed for good one after another before the service is taken to be down: quota is spent on each."""


class QuotaLedger(Protocol):
    """Hands out units of the day's quota."""

    def reserve(self, units: int) -> int:
        """Take up to `units`; return how many there were to take."""
        ...


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of asking for a group of ids at one instant: counts by id, or the error that ended the trying.

    Neither means that the group was not asked; `reason` then says why.
    """

    ids: tuple[str, ...]
    asked_at: datetime
    counts: Mapping[str, Any] | None = None
    error: SourceUnavailable | QuotaExhausted | None = None
    reason: str | None = None


class _Deferral(Exception):
    """Nothing is asked any more."""


@dataclass
class Asking:
    """One method asked for groups of ids. `stopped_by` says why the rest was not asked, when an error was the cause."""

    service: Service
    method: Callable[[Sequence[str]], Mapping[str, Any]]
    ledger: QuotaLedger
    patience: Patience
    deadline: datetime
    stopped_by: SourceError | None = None
    _over: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _given_up: int = 0

    def replies(self, groups: Sequence[tuple[str, ...]], concurrency: int) -> Iterator[Reply]:
        """One reply a group, as they arrive. Closing the iterator ends the threads after the calls under way."""
        pool = ThreadPoolExecutor(concurrency, thread_name_prefix=self.service.key)
        try:
            futures: list[Future[Reply]] = [pool.submit(self._ask, group) for group in groups]
            for future in as_completed(futures):
                yield future.result()
        finally:
            self._over.set()
            pool.shutdown(cancel_futures=True)

    def _ask(self, ids: tuple[str, ...]) -> Reply:
        try:
            reply: Reply = self.patience.retrying(self._over, self.deadline)(self._call, ids)
        except SourceUnavailable as error:
            self._count_given_up(error)
            return Reply(ids, clock.utc_now(), error=error)
        except QuotaExhausted as error:
            self._stop(error)
            return Reply(ids, clock.utc_now(), error=error)
        except SourceRejected as error:
            self._stop(error)
            return Reply(ids, clock.utc_now(), reason=str(error))
        except _Deferral as deferral:
            return Reply(ids, clock.utc_now(), reason=str(deferral))
        self._given_up = 0
        return reply

    def _call(self, ids: tuple[str, ...]) -> Reply:
        if self._over.is_set():
            raise _Deferral(str(self.stopped_by or "the run was ended"))
        if clock.utc_now() >= self.deadline:
            raise _Deferral(f"not asked before the deadline, {self.deadline:%H:%M} UTC")
        with self._lock:
            granted = self.ledger.reserve(1)
        if not granted:
            self._stop(QuotaExhausted(self.service, "the day's quota is spent by our own count"))
            raise _Deferral(str(self.stopped_by))
        asked_at = clock.utc_now()
        return Reply(ids, asked_at, self.method(ids))

    def _count_given_up(self, error: SourceUnavailable) -> None:
        with self._lock:
            self._given_up += 1
            if self._given_up < GIVEN_UP_IN_A_ROW:
                return
        self._stop(SourceUnavailable(self.service, f"{GIVEN_UP_IN_A_ROW} calls in a row failed, the last so: {error}"))

    def _stop(self, error: SourceError) -> None:
        with self._lock:
            self.stopped_by = self.stopped_by or error
        self._over.set()
