"""What every test may use: real servers of a home of the test session's own, and a migrated database a test."""

import secrets
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import psycopg
import pytest
import redis

from viewcount_core.database import Database, parse_url
from viewcount_core.migrations import migrate
from viewcount_core.settings import Settings
from viewcount_local.supervisor import Servers, lease, release

TEMPLATE = "template_demo"

# The same examples every time, so that a change is judged by what it changes.
hypothesis.settings.register_profile("same", derandomize=True)
hypothesis.settings.register_profile("anew", derandomize=False)
hypothesis.settings.load_profile("same")


@pytest.fixture(autouse=True, scope="session")
def interruptible() -> None:
    """A shell starts what it puts into the background with Ctrl-C ignored, and every child inherits that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test sees the defaults and what it sets itself, not the settings of whoever runs it."""
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.validation_alias), raising=False)


@pytest.fixture(scope="session")
def session_home() -> Iterator[Path]:
    """A home whose servers run until the last test is over."""
    folder = Path(tempfile.mkdtemp(prefix="viewcount-"))
    folder.chmod(0o755)
    home = folder / ".viewcount"
    yield home
    release(home)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def servers(session_home: Path) -> Servers:
    """PostgreSQL and Valkey, shared by all tests."""
    return lease(session_home)


@pytest.fixture(scope="session")
def template(servers: Servers) -> str:
    """Name of a migrated database of the demo world that tests clone."""
    _administer(servers, f"create database {TEMPLATE}")
    database = Database(parse_url(f"{servers.postgres_url}/{TEMPLATE}"))
    migrate(database, "demo")
    database.close()
    return TEMPLATE


@pytest.fixture
def database(servers: Servers, template: str) -> Iterator[Database]:
    """A migrated database of the test's own, in the demo world."""
    yield from _own_database(servers, f"template {template} strategy file_copy")


@pytest.fixture(scope="module")
def shared_database(servers: Servers, template: str) -> Iterator[Database]:
    """A migrated database for all tests of a file that leave it as it is."""
    yield from _own_database(servers, f"template {template} strategy file_copy")


@pytest.fixture(scope="module")
def shared_redis_url(servers: Servers) -> Iterator[str]:
    """A cache for all tests of a file, empty when the first of them begins."""
    url = f"{servers.redis_url}/1"
    with redis.Redis.from_url(url) as cache:
        cache.flushdb()
        yield url
        cache.flushdb()


@pytest.fixture
def empty_database(servers: Servers) -> Iterator[Database]:
    """A database nobody has migrated yet."""
    yield from _own_database(servers)


@pytest.fixture
def redis_url(servers: Servers) -> Iterator[str]:
    """An empty cache of the test's own while it runs."""
    url = f"{servers.redis_url}/0"
    with redis.Redis.from_url(url) as cache:
        cache.flushdb()
        yield url
        cache.flushdb()


@pytest.fixture
def demo_environment(
    monkeypatch: pytest.MonkeyPatch, database: Database, redis_url: str, session_home: Path
) -> pytest.MonkeyPatch:
    """Settings of the demo world on this test's database and cache; no service is asked until one is set."""
    monkeypatch.setenv("VIEWCOUNT_HOME", str(session_home))
    monkeypatch.setenv("DATABASE_URL", database.url.set(drivername="postgresql").render_as_string(hide_password=False))
    monkeypatch.setenv("REDIS_URL", redis_url)
    monkeypatch.setenv("YOUTUBE_EMULATOR_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("YOUTUBE_ENABLED", "0")
    return monkeypatch


def _own_database(servers: Servers, options: str = "") -> Iterator[Database]:
    name = f"test_{secrets.token_hex(6)}"
    _administer(servers, f"create database {name} {options}")
    database = Database(parse_url(f"{servers.postgres_url}/{name}"))
    yield database
    database.close()
    _administer(servers, f"drop database {name} with (force)")


def _administer(servers: Servers, statement: str) -> None:
    with psycopg.connect(f"{servers.postgres_url}/postgres", autocommit=True) as connection:
        connection.execute(statement.encode())
