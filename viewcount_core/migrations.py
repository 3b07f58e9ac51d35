"""Brings a database to the schema this code knows: numbered files, forward only, each in its own transaction."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from viewcount_core.database import Database, Transaction
from viewcount_core.errors import ConfigurationError, MigrationError
from viewcount_core.queries import SQL_FOLDER
from viewcount_core.settings import World

FILE_NAME = re.compile(r"^(\d{4})_[a-z0-9_]+\.sql$")
MIGRATION_LOCK = 7_306_000


@dataclass(frozen=True, slots=True)
class Migration:
    """One file of `sql/migrations`; immutable once merged."""

    version: int
    name: str
    text: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text, so that a changed file is noticed."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def read_migrations(folder: Path = SQL_FOLDER / "migrations") -> list[Migration]:
    """All migrations in order; raise `MigrationError` for a misnamed file or a gap."""
    migrations = []
    for expected, path in enumerate(sorted(folder.glob("*.sql")), start=1):
        match = FILE_NAME.match(path.name)
        if match is None or int(match[1]) != expected:
            raise MigrationError(f"{path.name}: migrations are numbered without gaps; {expected:04d}_... was expected")
        migrations.append(Migration(expected, path.stem, path.read_text(encoding="utf-8")))
    return migrations


def migrate(database: Database, world: World) -> list[str]:
    """Apply what is missing and return its names; raise `MigrationError` or `ConfigurationError`."""
    applied_now = []
    with database.transaction() as tx:
        tx.run("core/lock_transaction", key=MIGRATION_LOCK)
        tx.run("core/create_schema_migrations")
    for migration in read_migrations():
        with database.transaction() as tx:
            tx.run("core/lock_transaction", key=MIGRATION_LOCK)
            if _is_applied(tx, migration):
                continue
            _apply(tx, migration)
        applied_now.append(migration.name)
    _check_unknown(database)
    _claim_world(database, world)
    return applied_now


def check_schema(database: Database, world: World) -> None:
    """Raise `MigrationError` unless the schema is exactly ours, `ConfigurationError` when of the other world."""
    pending = pending_migrations(database)
    if pending:
        raise MigrationError(f"{pending[0]} is not applied to {database.url.database}; run `viewcount migrate`")
    _check_unknown(database)
    _claim_world(database, world)


def pending_migrations(database: Database) -> list[str]:
    """Names of the migrations this database still lacks."""
    with database.transaction() as tx:
        if not tx.row("core/has_schema_migrations")["present"]:
            return [migration.name for migration in read_migrations()]
        return [migration.name for migration in read_migrations() if not _is_applied(tx, migration)]


def _is_applied(tx: Transaction, migration: Migration) -> bool:
    rows = tx.rows("core/schema_migration_by_version", version=migration.version)
    if rows and rows[0]["checksum"] != migration.checksum:
        raise MigrationError(
            f"{migration.name}: the database was migrated with another text of this file; use the release that made it"
        )
    return bool(rows)


def _apply(tx: Transaction, migration: Migration) -> None:
    try:
        tx.script(migration.text)
    except DBAPIError as error:
        raise MigrationError(f"{migration.name}: {str(error.orig).strip().splitlines()[0]}") from error
    tx.run(
        "core/insert_schema_migration",
        version=migration.version,
        name=migration.name,
        checksum=migration.checksum,
    )


def _check_unknown(database: Database) -> None:
    newest = read_migrations()[-1].version
    with database.transaction() as tx:
        unknown = tx.rows("core/schema_migrations_after", version=newest)
    if unknown:
        raise MigrationError(
            f"{unknown[0]['name']}: {database.url.database} was migrated by a newer release; install that release"
        )


def _claim_world(database: Database, world: World) -> None:
    with database.transaction() as tx:
        tx.run("core/lock_transaction", key=MIGRATION_LOCK)
        owner = tx.row("core/claim_database_world", world=world)["world"]
    if owner != world:
        raise ConfigurationError(
            f"DATABASE_URL: {database.url.database} holds {owner} counts and this process is set up for {world}; "
            "emulated and real counts never meet: use another database or the other settings"
        )
