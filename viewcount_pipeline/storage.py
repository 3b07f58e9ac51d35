"""Where Dagster keeps runs and events: PostgreSQL, found the way every other part of this project finds it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from dagster._config.config_schema import UserConfigSchema
from dagster._serdes import ConfigurableClassData
from dagster_postgres import DagsterPostgresStorage
from dagster_postgres.utils import DagsterPostgresException
from sqlalchemy import create_engine
from sqlalchemy.engine import URL

from viewcount_core.database import server_errors
from viewcount_core.errors import ServerUnavailable
from viewcount_core.servers import dagster_database_url
from viewcount_core.settings import load_settings

RECYCLE_SECONDS = 600


class ServedPostgresStorage(DagsterPostgresStorage):
    """Dagster's PostgreSQL storage without an address in `dagster.yaml`.

    Dagster opens its storage before any resource exists, and stops at an environment variable that is not set.
    Its own storage connects anew for every event, which takes longer than writing it; this one keeps connections and
    tries each before use, so that a server that was restarted is noticed there.
    """

    def __init__(self, postgres_url: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(postgres_url, inst_data=inst_data)
        engine = create_engine(
            postgres_url, isolation_level="AUTOCOMMIT", pool_size=2, pool_recycle=RECYCLE_SECONDS, pool_pre_ping=True
        )
        for part in (self._run_storage, self._event_log_storage, self._schedule_storage):
            part._engine = engine

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        """No setting of its own."""
        return {}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> "ServedPostgresStorage":
        """Resolve the address now, starting the embedded server if it is the one to use."""
        del config_value
        # The storage listens through psycopg2; under SQLAlchemy 2.1 the bare scheme would mean psycopg 3.
        url = dagster_database_url(load_settings()).set(drivername="postgresql+psycopg2")
        return cls(url.render_as_string(hide_password=False), inst_data=inst_data)


@contextmanager
def storage_errors(url: URL) -> Iterator[None]:
    """Turn the loss of Dagster's storage, which it waits for by itself for a while, into one readable error."""
    try:
        with server_errors(url):
            yield
    except DagsterPostgresException as error:
        raise ServerUnavailable(
            f"Dagster's storage, PostgreSQL at {url.host}:{url.port or 5432}/{url.database}: {error}; "
            "running again completes"
        ) from error
