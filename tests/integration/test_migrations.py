"""Databases are brought to our schema once, by anybody, and never to the wrong one."""

from concurrent.futures import ThreadPoolExecutor
from itertools import chain

import pytest
from sqlalchemy import text

from viewcount_core.database import Database
from viewcount_core.errors import ConfigurationError, MigrationError
from viewcount_core.migrations import check_schema, migrate, pending_migrations, read_migrations
from viewcount_core.queries import SQL_FOLDER


def run(database: Database, statement: str) -> None:
    with database.engine.begin() as connection:
        connection.execute(text(statement))


def test_a_new_database_gets_every_migration_in_order_and_the_second_time_none(empty_database):
    names = [migration.name for migration in read_migrations()]
    assert pending_migrations(empty_database) == names
    assert migrate(empty_database, "demo") == names
    assert migrate(empty_database, "demo") == []
    assert pending_migrations(empty_database) == []
    check_schema(empty_database, "demo")


def test_two_processes_that_migrate_at_once_apply_each_migration_once(empty_database):
    with ThreadPoolExecutor(3) as pool:
        applied = list(pool.map(lambda _: migrate(empty_database, "demo"), range(3)))
    assert sorted(chain.from_iterable(applied)) == [migration.name for migration in read_migrations()]


def test_a_database_that_lacks_a_migration_names_it_and_the_command(empty_database):
    with pytest.raises(MigrationError, match="0001_create_services is not applied .*; run `viewcount migrate`"):
        check_schema(empty_database, "demo")


def test_a_database_of_a_newer_release_is_refused(database):
    run(database, "insert into schema_migrations (version, name, checksum) values (9999, '9999_tomorrow', '')")
    for ask in (check_schema, migrate):
        with pytest.raises(MigrationError, match="9999_tomorrow: .* was migrated by a newer release"):
            ask(database, "demo")


def test_a_database_made_with_another_text_of_a_migration_is_refused(database):
    run(database, "update schema_migrations set checksum = 'other' where version = 2")
    with pytest.raises(MigrationError, match="0002_create_tracks: .*another text"):
        migrate(database, "demo")


def test_a_database_of_the_demo_world_is_not_used_for_live_counts(database):
    with pytest.raises(ConfigurationError, match="holds demo counts and this process is set up for live"):
        check_schema(database, "live")


def test_migration_files_are_numbered_without_gaps(tmp_path):
    (tmp_path / "0001_create_a.sql").touch()
    (tmp_path / "0003_create_c.sql").touch()
    with pytest.raises(MigrationError, match="0003_create_c.sql: .*0002_"):
        read_migrations(tmp_path)


@pytest.mark.parametrize("path", sorted(SQL_FOLDER.rglob("*.sql")), ids=lambda path: path.stem)
def test_every_statement_says_what_it_does_and_who_uses_it(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("-- ")
    assert lines[0].endswith((".", ":"))
    if path.parent.name != "migrations":
        assert any(line.startswith("-- Used by:") for line in lines)


def test_months_from_before_the_wider_verdicts_take_them_too(empty_database):
    for migration in read_migrations()[:10]:
        with empty_database.transaction() as tx:
            tx.script(migration.text)
    run(empty_database, "select ensure_month_partitions('count_verdicts', 1::smallint, '2026-01-01', '2026-01-01')")
    for migration in read_migrations()[10:]:
        with empty_database.transaction() as tx:
            tx.script(migration.text)
    run(
        empty_database,
        "insert into count_verdicts (isrc, service_id, observed_at, verdict, accepted_count, resolved_at) "
        "values ('USUM71234567', 1, '2026-01-01 12:00Z', 'restated', 5, '2026-01-02 12:00Z')",
    )
