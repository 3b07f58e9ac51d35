"""One round of alerts: look for trouble, then deliver what is due. For the daemon's sensor and for commands."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import dagster as dg

from viewcount_core.database import Database
from viewcount_core.errors import ViewcountError
from viewcount_core.servers import dagster_database_url, open_database
from viewcount_core.settings import Settings
from viewcount_pipeline.alerts.collecting import collect
from viewcount_pipeline.alerts.delivery import deliver
from viewcount_pipeline.finished_runs import DagsterRuns
from viewcount_pipeline.storage import storage_errors

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Told:
    """What one round did."""

    runs: int
    deliveries: int


def look_and_tell(
    instance: dg.DagsterInstance, database: Database, settings: Settings, *, has_daemon: bool = True
) -> Told:
    """One round. Raise `ServerUnavailable` or `ConfigurationError`; what was found by then is kept."""
    with storage_errors(dagster_database_url(settings)):
        runs = collect(database, settings, DagsterRuns(instance), has_daemon=has_daemon)
    return Told(runs, deliver(database, settings))


@contextmanager
def telling(settings: Settings) -> Iterator[None]:
    """One round after the block, which runs jobs in this process, however they end; its own failure is only logged."""
    try:
        yield
    except ViewcountError:
        _tell(settings)
        raise
    _tell(settings)


def _tell(settings: Settings) -> None:
    if not settings.alert_urls:
        return
    try:
        with storage_errors(dagster_database_url(settings)), dg.DagsterInstance.get() as instance:
            database = open_database(settings)
            try:
                look_and_tell(instance, database, settings, has_daemon=False)
            finally:
                database.close()
    except ViewcountError as error:
        logger.warning("alerts_wait reason=%s", error)
