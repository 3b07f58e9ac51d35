"""What assets are handed: the database of counts. Where it is is decided by the settings alone."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
from pydantic import PrivateAttr

from viewcount_core.database import Database, Transaction
from viewcount_core.migrations import check_schema
from viewcount_core.servers import open_database
from viewcount_core.settings import Settings, load_settings
from viewcount_pipeline.failures import dagster_failures
from viewcount_pipeline.living_runs import RunLease


class Postgres(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The database of counts; one pool a run, opened on first use."""

    _database: Database | None = PrivateAttr(default=None)
    _lease: RunLease | None = PrivateAttr(default=None)

    @property
    def settings(self) -> Settings:
        """The settings this process runs under; raise `ConfigurationError`."""
        return load_settings()

    @property
    def database(self) -> Database:
        """The open database, of this code's schema and world; raise `MigrationError` or `ConfigurationError`."""
        if self._database is None:
            database = open_database(self.settings)
            check_schema(database, self.settings.world)
            self._database = database
        return self._database

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        """Show for as long as this process lives that its run is alive."""
        if context.run is not None:
            self._lease = RunLease(self.database, context.run.run_id)

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        """Give the connections back."""
        del context
        if self._lease:
            self._lease.release()
        if self._database:
            self._database.close()
        self._lease = self._database = None

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """One transaction; failures of the server become Dagster failures that may be retried."""
        with dagster_failures(), self.database.transaction() as tx:
            yield tx

    @contextmanager
    def derivation(self) -> Iterator[Transaction]:
        """One transaction that writes below the log; no other process does so meanwhile."""
        with self.transaction() as tx:
            tx.lock_derivation()
            yield tx
