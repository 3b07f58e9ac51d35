"""PostgreSQL as one process of the API uses it; everything here blocks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from viewcount_api import metrics
from viewcount_core.cache_keys import KINDS, Kind
from viewcount_core.database import Database
from viewcount_core.migrations import check_schema
from viewcount_core.published import STATEMENT, Reading, plan_reading, read_published
from viewcount_core.servers import database_url
from viewcount_core.settings import Settings


@dataclass(frozen=True, slots=True)
class Databases:
    """The same database twice: for statements of every kind, and for the few that look tracks up all the time."""

    general: Database
    lookups: Database
    """Plans each statement once."""

    @classmethod
    def of(cls, settings: Settings) -> "Databases":
        """Where the counts are, nothing being asked yet. Raise `ServerUnavailable` or `ConfigurationError`."""
        # What took longer is nobody's any more.
        size, seconds = settings.database_pool_size, settings.api_request_seconds
        general = Database(database_url(settings), size, statement_seconds=seconds)
        return cls(general, Database(general.url, size, plans_once=True, statement_seconds=seconds))

    def prepare(self, settings: Settings) -> None:
        """Accept the database only if its schema and world are ours, and be ready for tracks.

        Raise `ServerUnavailable`, `MigrationError` or `ConfigurationError`.
        """
        check_schema(self.general, settings.world)
        plan_reading(self.lookups)

    def read(self, isrcs: Sequence[str], kinds: Collection[Kind] = KINDS) -> Reading:
        """What readers see of these tracks. Raise `ServerUnavailable`."""
        with metrics.sql_time(STATEMENT):
            return read_published(self.lookups, isrcs, kinds)

    def cut(self) -> None:
        """End all that is under way."""
        self.general.cut()
        self.lookups.cut()

    def close(self) -> None:
        """Give all connections back."""
        self.general.close()
        self.lookups.close()


def rows_of(database: Database, query: str, **parameters: object) -> list[dict[str, Any]]:
    """The rows of `sql/<query>.sql`. Raise `ServerUnavailable`."""
    with metrics.sql_time(query), database.transaction() as tx:
        return tx.rows(query, **parameters)
