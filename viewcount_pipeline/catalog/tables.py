"""Reads catalog rows from a table of another PostgreSQL, in a read-only transaction."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

import psycopg
from psycopg.conninfo import conninfo_to_dict

from viewcount_core.errors import InputError
from viewcount_core.queries import load_query
from viewcount_pipeline.catalog.contents import public_location
from viewcount_pipeline.catalog.delimited import missing_isrc
from viewcount_pipeline.catalog.rows import RawRow, find_columns

DEFAULT_QUERY = "pipeline/tunemeld_tracks"
CONNECT_SECONDS = 10
ROWS_A_FETCH = 5000
# A query may end its transaction, so the whole session is read-only.
SESSION = "-c default_transaction_read_only=on -c statement_timeout=300s -c timezone=UTC"

_SCHEME = re.compile(r"postgres(ql)?(\+\w+)?://")


def is_table(location: str) -> bool:
    """Whether `location` is the URL of a PostgreSQL database."""
    return _SCHEME.match(location) is not None


def read_table(location: str, query: str | None = None) -> Iterator[RawRow]:
    """Rows of `query`, numbered from 1; by default those of TuneMeld's tracks.

    Raise `InputError`, which never shows the password, when the server, the query or its columns will not do.
    """
    source = public_location(location)
    url = _SCHEME.sub("postgresql://", location, count=1)
    password = _password(source, url)
    try:
        with psycopg.connect(url, connect_timeout=CONNECT_SECONDS, options=SESSION) as connection:
            yield from _rows(source, connection, query or load_query(DEFAULT_QUERY))
    except psycopg.Error as error:
        raise InputError(f"{source}: {_reason(error, password)}; check TRACK_CATALOG_URL and the query") from None


def _rows(source: str, connection: psycopg.Connection[tuple[object, ...]], query: str) -> Iterator[RawRow]:
    with connection.cursor(name="catalog") as cursor:
        cursor.itersize = ROWS_A_FETCH
        cursor.execute(query.rstrip().rstrip(";").encode())
        names = tuple(column.name for column in cursor.description or ())
        if not find_columns(names)["isrc"]:
            raise missing_isrc(source, names)
        for number, values in enumerate(cursor, 1):
            yield RawRow(number, names, values)


def _password(source: str, url: str) -> str | None:
    try:
        password = conninfo_to_dict(url).get("password")
    except psycopg.ProgrammingError:
        raise InputError(
            f"{source}: is not a PostgreSQL URL; for example postgresql://user:password@host:5432/tunemeld"
        ) from None
    return str(password) if password else None


def _reason(error: psycopg.Error, password: str | None) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    for secret in {password, unquote(password)} if password else ():
        text = text.replace(secret, "***")
    return text
