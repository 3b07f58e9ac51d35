"""Where Dagster keeps its runs: configured, beside the counts, or embedded."""

import pytest

from viewcount_core.database import Database
from viewcount_core.errors import ConfigurationError
from viewcount_core.servers import dagster_database_url
from viewcount_core.settings import load_settings
from viewcount_pipeline.storage import ServedPostgresStorage


def plain(database: Database) -> str:
    return database.url.set(drivername="postgresql").render_as_string(hide_password=False)


def test_it_is_the_database_of_the_setting(monkeypatch: pytest.MonkeyPatch, empty_database: Database):
    monkeypatch.setenv("DAGSTER_DATABASE_URL", plain(empty_database))
    storage = ServedPostgresStorage.from_config_value(None, {})
    assert storage.postgres_url.startswith("postgresql+psycopg2://")
    assert storage.postgres_url.endswith(f"/{empty_database.url.database}")
    assert storage.run_storage.get_runs() == []


def test_it_is_made_beside_the_counts_when_only_those_are_configured(
    monkeypatch: pytest.MonkeyPatch, database: Database
):
    monkeypatch.setenv("DATABASE_URL", plain(database))
    assert dagster_database_url(load_settings()).database == "dagster"
    assert ServedPostgresStorage.from_config_value(None, {}).run_storage.get_runs() == []


def test_it_is_embedded_when_nothing_is_configured(monkeypatch: pytest.MonkeyPatch, session_home, servers):
    monkeypatch.setenv("VIEWCOUNT_HOME", str(session_home))
    assert dagster_database_url(load_settings()).database == "dagster_demo"


def test_a_wrong_address_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DAGSTER_DATABASE_URL", "mysql://user:secret@host/dagster")
    with pytest.raises(ConfigurationError, match="^DAGSTER_DATABASE_URL: not a PostgreSQL URL") as caught:
        ServedPostgresStorage.from_config_value(None, {})
    assert "secret" not in str(caught.value)
