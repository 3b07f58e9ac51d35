"""PostgreSQL as one process of the API uses it; everything here blocks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from viewcount_api import metrics
from viewcount_core.cache_keys import KINDS, Kind
from viewcount_core.database import Database
from viewcount_core.migrations import check_schema
from viewcount_core.published import STATEMENT, Reading, plan_reading, read_published
from viewcount_core.servers import open_database
from viewcount_core.settings import Settings


@dataclass(frozen=True, slots=True)
class Databases:
    """The same database twice: for statements of every kind, and for the few that look tracks up all the time."""

    general: Database
    lookups: Database
    """Plans each statement once."""

    @classmethod
    def open(cls, settings: Settings) -> "Databases":
        """Accept the database only if its schema and world are ours, and be ready for tracks.

        Raise `ServerUnavailable`, `MigrationError` or `ConfigurationError`.
        """
        database = open_database(settings)
        opened = cls(database, Database(database.url, settings.database_pool_size, plans_once=True))
        try:
            check_schema(opened.general, settings.world)
            plan_reading(opened.lookups)
        except BaseException:
            opened.close()
            raise
        return opened

    def read(self, isrcs: Sequence[str], kinds: Collection[Kind] = KINDS) -> Reading:
        """What readers see of these tracks. Raise `ServerUnavailable`."""
        with metrics.sql_time(STATEMENT):
            return read_published(self.lookups, isrcs, kinds)

    def close(self) -> None:
        """Give all connections back."""
        self.general.close()
        self.lookups.close()


def rows_of(database: Database, query: str, **parameters: object) -> list[dict[str, Any]]:
    """The rows of `sql/<query>.sql`. Raise `ServerUnavailable`."""
    with metrics.sql_time(query), database.transaction() as tx:
        return tx.rows(query, **parameters)
