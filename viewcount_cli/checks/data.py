"""Whether the databases are there, of this release's schema and this world, and what the catalog is."""

from collections.abc import Iterator

from viewcount_cli.findings import Finding, State, failure, fine
from viewcount_core.database import Database
from viewcount_core.errors import ViewcountError
from viewcount_core.migrations import check_schema, pending_migrations
from viewcount_core.servers import dagster_database_url, open_database
from viewcount_core.settings import Settings
from viewcount_pipeline.track_store import latest_origin


def check_data(settings: Settings) -> Iterator[Finding]:
    """Server, schema, world, catalog, and Dagster's own database."""
    database = open_database(settings)
    try:
        pending = pending_migrations(database)
        yield fine("database", f"{database.url.database} at {database.url.host}:{database.url.port or 5432} answers")
        if pending and not settings.database_url:
            yield fine("schema", "not up to date yet; the next command brings the embedded database there")
        else:
            schema = _schema(settings, database)
            yield schema
            if schema.state is State.OK:
                yield _catalog(database)
        yield _storage(settings)
    finally:
        database.close()


def _schema(settings: Settings, database: Database) -> Finding:
    try:
        check_schema(database, settings.world)
    except ViewcountError as error:
        return failure("schema", error)
    return fine("schema", f"that of this release, {settings.world} world")


def _catalog(database: Database) -> Finding:
    origin = latest_origin(database)
    if origin is None:
        return fine("catalog", "none yet; the next run loads the configured one, else the bundled sample")
    return fine("catalog", "the bundled sample" if origin.is_sample else origin.location)


def _storage(settings: Settings) -> Finding:
    if settings.database_url and not settings.dagster_database_url:
        # Asking for it makes it, which a check must not do.
        return fine("dagster", "keeps its runs in a database `dagster` beside DATABASE_URL")
    url = dagster_database_url(settings)
    return fine("dagster", f"keeps its runs in {url.database} at {url.host}:{url.port or 5432}")
