"""Makes ready what most commands need: a database of our schema, and Dagster's home."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from viewcount_core.database import Database, parse_url
from viewcount_core.migrations import check_schema, migrate
from viewcount_core.queries import SQL_FOLDER
from viewcount_core.servers import open_database
from viewcount_core.settings import Settings, set_dagster_home

PROJECT = SQL_FOLDER.parent


@contextmanager
def ready_database(settings: Settings) -> Iterator[Database]:
    """The database of our schema while the block runs.

    An embedded database is ours alone and is brought up to date here. A configured one may be shared with other
    releases: it is only checked, and `MigrationError` says to run `viewcount migrate`.
    """
    database = open_database(settings)
    try:
        if settings.database_url:
            check_schema(database, settings.world)
        else:
            migrate(database, settings.world)
        yield database
    finally:
        database.close()


def check_asking(settings: Settings) -> None:
    """Raise `ConfigurationError` for what would stop today's run only when servers run and a service is asked."""
    from viewcount_local.emulators.faults import Faults
    from viewcount_pipeline.service_access import check_key

    if settings.database_url:
        parse_url(settings.database_url.get_secret_value())
    check_key(settings)
    Faults(settings.emulator_faults)
    if settings.alert_urls:
        from viewcount_pipeline.alerts.channels import open_channels

        open_channels(settings)


def prepare_dagster(settings: Settings) -> Path:
    """Make the home of Dagster's instance below ours; has to come before dagster is imported."""
    folder = settings.home.absolute() / "dagster"
    folder.mkdir(parents=True, exist_ok=True)
    _update(folder / "dagster.yaml", (PROJECT / "dagster.yaml").read_bytes())
    set_dagster_home(folder)
    return folder


def _update(path: Path, content: bytes) -> None:
    if path.exists() and path.read_bytes() == content:
        return
    fresh = path.with_suffix(".fresh")
    fresh.write_bytes(content)
    fresh.replace(path)
