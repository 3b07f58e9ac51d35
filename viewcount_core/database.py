"""PostgreSQL access: SQLAlchemy owns engine and pool, psycopg does the COPY underneath."""

import os
import socket
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Any
from weakref import WeakSet

import psycopg
from sqlalchemy import Connection, CursorResult, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from viewcount_core.errors import ConfigurationError, ServerUnavailable
from viewcount_core.queries import load_query

# Any constant works; it only has to be the same in every process that writes below the log.
DERIVATION_LOCK = 7_306_001
CONNECT_SECONDS = 10
# A host that is gone without a word is noticed by then.
SILENCE_SECONDS = 60

Chunk = bytes | bytearray | memoryview


def parse_url(text: str, variable: str = "DATABASE_URL") -> URL:
    """URL with psycopg 3 as its driver; raise `ConfigurationError` naming `variable`, never the password."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.get_backend_name() not in ("postgresql", "postgres"):
        raise ConfigurationError(
            f"{variable}: not a PostgreSQL URL; for example postgresql://user:password@host:5432/viewcount"
        )
    return url.set(drivername="postgresql+psycopg")


def make_engine(
    url: URL, pool_size: int = 5, *, plans_once: bool = False, statement_seconds: float | None = None
) -> Engine:
    """Engine whose sessions all run in UTC and write dates as ISO 8601 does.

    With `plans_once` each of them plans a statement the first time, for whatever its parameters will be, and runs it
    without a transaction.
    """
    options = "-c timezone=UTC -c datestyle=ISO -c jit=off"
    if statement_seconds is not None:
        options += f" -c statement_timeout={round(statement_seconds * 1000)}"
    arguments: dict[str, Any] = {"connect_timeout": CONNECT_SECONDS, "tcp_user_timeout": SILENCE_SECONDS * 1000}
    if plans_once:
        options += " -c plan_cache_mode=force_generic_plan -c default_transaction_read_only=on"
        arguments["prepare_threshold"] = 0
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=2,
        pool_pre_ping=True,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT" if plans_once else None,
        connect_args=arguments | {"options": options},
    )


class Transaction:
    """One open transaction: runs statements of `sql/` by name and copies rows in."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def run(self, query: str, **parameters: object) -> CursorResult[Any]:
        """Run `sql/<query>.sql` once."""
        return self._connection.exec_driver_sql(load_query(query), parameters)

    def changed(self, query: str, **parameters: object) -> int:
        """Run a statement and return how many rows it wrote."""
        return self.run(query, **parameters).rowcount

    def rows(self, query: str, **parameters: object) -> list[dict[str, Any]]:
        """Run a query and return its rows as mappings."""
        result = self.run(query, **parameters)
        names = tuple(result.keys())  # `mappings` would look every one up again in every row
        return [dict(zip(names, row, strict=True)) for row in result.all()]

    def row(self, query: str, **parameters: object) -> dict[str, Any]:
        """Run a query that gives exactly one row."""
        return dict(self.run(query, **parameters).mappings().one())

    def script(self, text: str) -> None:
        """Run the statements of a migration file, which takes no parameters."""
        with self._cursor() as cursor:
            cursor.execute(text.encode())

    def copy_in(self, query: str, rows: Iterable[Sequence[object]]) -> None:
        """Stream `rows` into the COPY statement `sql/<query>.sql`."""
        with self._cursor() as cursor, cursor.copy(load_query(query).encode()) as copy:
            for row in rows:
                copy.write_row(row)

    def csv(self, query: str, **parameters: object) -> Generator[Chunk]:
        """Stream the rows of the query `sql/<query>.sql` as CSV with a header, in chunks."""
        statement = f"copy ({load_query(query)}) to stdout with (format csv, header)"
        with self._cursor() as cursor, cursor.copy(statement.encode(), parameters) as copy:
            yield from copy

    def lock_derivation(self) -> None:
        """Wait until no other process writes below the log; held until this transaction ends.

        What is written then are whole days, so this also chooses plans for many rows.
        """
        self.run("core/lock_transaction", key=DERIVATION_LOCK)
        self.run("core/plan_for_many_rows")

    @contextmanager
    def looking_up(self) -> Iterator[None]:
        """Plan for few rows meanwhile, in a transaction that otherwise writes whole days."""
        self.run("core/plan_for_few_rows")
        yield
        self.run("core/plan_for_many_rows")

    def _cursor(self) -> psycopg.Cursor[Any]:
        connection: psycopg.Connection[Any] = self._connection.connection.driver_connection  # type: ignore[assignment]
        return connection.cursor()


class Database:
    """One PostgreSQL database. Raise `ServerUnavailable` where the server is the reason.

    `plans_once` is for a statement that is run all the time to look up a few rows, as planning takes longer than that
    among years of month tables. It is wrong where the best plan depends on a parameter.
    """

    def __init__(
        self, url: URL, pool_size: int = 5, *, plans_once: bool = False, statement_seconds: float | None = None
    ) -> None:
        self.url = url
        self.engine = make_engine(url, pool_size, plans_once=plans_once, statement_seconds=statement_seconds)
        self._connections: WeakSet[psycopg.Connection[Any]] = WeakSet()
        self._is_cut = False
        event.listen(self.engine, "do_connect", self._refuse_when_cut)
        event.listen(self.engine, "connect", lambda connection, _: self._connections.add(connection))

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Commit at the end of the block, roll everything back on an error."""
        with server_errors(self.url), self.engine.begin() as connection:
            yield Transaction(connection)

    def plan(self, query: str, **parameters: object) -> None:
        """Open every connection that is kept, and run a query once on each, so that nobody waits for its plan."""
        with server_errors(self.url), ExitStack() as opened:
            connections = [
                opened.enter_context(self.engine.begin())
                for _ in range(self.engine.pool.size())  # type: ignore[attr-defined]
            ]
            for connection in connections:
                Transaction(connection).run(query, **parameters)

    def cut(self) -> None:
        """End whatever waits for the server, which may not even answer a request to cancel; there is no way back."""
        self._is_cut = True
        for connection in list(self._connections):
            with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.fileno())) as end:
                end.shutdown(socket.SHUT_RDWR)

    def _refuse_when_cut(self, *_: object) -> None:
        if self._is_cut:
            raise psycopg.OperationalError("the connections were cut")

    def close(self) -> None:
        """Give all connections back to the server."""
        self.engine.dispose()


@contextmanager
def server_errors(url: URL) -> Iterator[None]:
    """Turn the loss, the refusal or the exhaustion of the server into one readable error."""
    try:
        yield
    except OperationalError as error:
        raise ServerUnavailable(_describe(url, error.orig)) from error
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        raise ServerUnavailable(_describe(url, error.orig)) from error
    except psycopg.OperationalError as error:
        raise ServerUnavailable(_describe(url, error)) from error


def _describe(url: URL, cause: BaseException | None) -> str:
    reason = str(cause).strip().splitlines()[0] if str(cause).strip() else type(cause).__name__
    return f"PostgreSQL at {url.host}:{url.port or 5432}/{url.database}: {reason}; running again completes"
