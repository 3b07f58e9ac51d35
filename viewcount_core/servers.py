"""Which servers this process talks to: the configured ones, else the embedded ones."""

import psycopg
from sqlalchemy.engine import URL

from viewcount_core.database import CONNECT_SECONDS, Database, parse_url
from viewcount_core.errors import ServerUnavailable
from viewcount_core.queries import load_query
from viewcount_core.settings import Settings

CACHE_NUMBER = {"demo": 0, "live": 1}


def open_database(settings: Settings) -> Database:
    """The database of this process's world, made if it is an embedded one that does not exist yet."""
    return Database(database_url(settings), settings.database_pool_size)


def database_url(settings: Settings) -> URL:
    """Where the counts are."""
    if settings.database_url:
        return parse_url(settings.database_url.get_secret_value())
    return _embedded_database(settings, f"viewcount_{settings.world}")


def dagster_database_url(settings: Settings) -> URL:
    """Where Dagster keeps runs and events: its own database, beside ours unless configured."""
    if settings.dagster_database_url:
        return parse_url(settings.dagster_database_url.get_secret_value(), "DAGSTER_DATABASE_URL")
    if settings.database_url:
        beside = parse_url(settings.database_url.get_secret_value())
        return ensure_database(beside, "dagster")
    return _embedded_database(settings, f"dagster_{settings.world}")


def redis_url(settings: Settings) -> str:
    """Where the cache is; the two worlds never share one."""
    if settings.redis_url:
        return settings.redis_url.get_secret_value()
    from viewcount_local.supervisor import lease

    return f"{lease(settings.home).redis_url}/{CACHE_NUMBER[settings.world]}"


def ensure_database(server: URL, name: str) -> URL:
    """URL of database `name` on that server, created when it is missing and we may."""
    target = server.set(database=name)
    if not _exists(target):
        _create(server, name)
    return target


def _embedded_database(settings: Settings, name: str) -> URL:
    from viewcount_local.supervisor import lease

    server = parse_url(f"{lease(settings.home).postgres_url}/postgres")
    return ensure_database(server, name)


def _exists(target: URL) -> bool:
    try:
        _connect(target).close()
    except psycopg.OperationalError as error:
        if "does not exist" in str(error):
            return False
        raise ServerUnavailable(f"PostgreSQL at {target.host}:{target.port or 5432}: {error}") from error
    return True


def _create(server: URL, name: str) -> None:
    try:
        with _connect(server) as connection:
            connection.execute(load_query("core/create_database").replace(":name", name).encode())
    except psycopg.errors.DuplicateDatabase:
        return  # another process of ours was quicker
    except psycopg.errors.UniqueViolation:
        return  # likewise, seen from the catalog's index
    except psycopg.Error as error:
        raise ServerUnavailable(
            f"PostgreSQL at {server.host}: database {name} is missing and cannot be created ({error}); "
            "create it, or set DAGSTER_DATABASE_URL"
        ) from error


def _connect(url: URL) -> "psycopg.Connection[tuple[object, ...]]":
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True, connect_timeout=CONNECT_SECONDS)
