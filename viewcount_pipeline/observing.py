"""Asks one service for what its day still lacks and stores the answers as they arrive."""

import logging
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_exponential_jitter

from viewcount_core import clock
from viewcount_core.database import Database
from viewcount_core.errors import ServerUnavailable, SourceError
from viewcount_core.records import Observation, Service, Status, Target
from viewcount_pipeline.observation_log import store_observations
from viewcount_pipeline.progress import Progress, show

logger = logging.getLogger(__name__)

# What is left at this time of day waits for tomorrow: an answer after midnight would be another day's.
LAST_MINUTE = time(23, 59)
# An embedded server that was killed is back within a second, a managed one fails over within half a minute.
STORE_SECONDS = 45


class Source(Protocol):
    """One service. `observe` gives exactly one observation for every target, in batches."""

    @property
    def stopped_by(self) -> SourceError | None:
        """Why the rest was deferred; None when every target was asked for."""

    def observe(self, targets: Sequence[Target], deadline: datetime) -> Generator[list[Observation]]:
        """Ask until `deadline`; what is left then is deferred."""


@dataclass(slots=True)
class Outcome:
    """What came of asking: tracks by status."""

    statuses: Counter[Status] = field(default_factory=Counter)
    stopped_by: SourceError | None = None

    @property
    def asked(self) -> int:
        """Tracks the service was asked for."""
        return self.statuses.total() - self.statuses[Status.DEFERRED]


def lacking_targets(database: Database, service: Service, settled_at: time) -> list[Target]:
    """Active tracks that today still lacks a reading of, least recently read first.

    A reading from before the service's counts have settled does for the morning, not for the evening.
    """
    now = clock.utc_now()
    midnight = datetime.combine(now.date(), time(), UTC)
    settled = datetime.combine(now.date(), settled_at, UTC)
    with database.transaction() as tx:
        rows = tx.rows(
            "pipeline/lacking_targets",
            service_id=service.value,
            since=settled if now >= settled else midnight,
            until=midnight + timedelta(days=1),
        )
    return [Target(**row) for row in rows]


def observe_today(
    database: Database, service: Service, source: Source, targets: Sequence[Target], run_id: str
) -> Outcome:
    """Store one observation for each target, batch by batch; a killed run keeps what it had."""
    outcome = Outcome()
    titles = {target.isrc: target.title for target in targets}
    show(Progress(service, 0, len(targets)))
    # Closed here, not when it is collected: browsers end before the run does.
    with closing(source.observe(targets, last_minute_of(clock.utc_now().date()))) as batches:
        for batch in batches:
            _store(database, batch, run_id)
            outcome.statuses.update(observation.status for observation in batch)
            latest = batch[-1]
            show(Progress(service, outcome.statuses.total(), len(targets), latest, titles.get(latest.isrc)))
            logger.info(
                "observations_stored service=%s tracks=%d of=%d", service.key, outcome.statuses.total(), len(targets)
            )
    outcome.stopped_by = source.stopped_by
    return outcome


def last_minute_of(day: date) -> datetime:
    """When asking ends on that UTC day."""
    return datetime.combine(day, LAST_MINUTE, UTC)


def _store(database: Database, batch: Sequence[Observation], run_id: str) -> None:
    patient = Retrying(
        retry=retry_if_exception_type(ServerUnavailable),
        stop=stop_after_delay(STORE_SECONDS),
        wait=wait_exponential_jitter(multiplier=0.2, max=5),
        reraise=True,
    )
    patient(store_observations, database, batch, run_id)
