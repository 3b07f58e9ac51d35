"""The scalars of the schema: what is accepted in arguments and how values are written."""

import re
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

from ariadne import ScalarType

from viewcount_api.errors import bad_input

ISRC_FORM = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}", re.ASCII)
DATE_FORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
DATE_TIME_FORM = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})", re.ASCII
)
LARGEST = 2**53
SHOWN_CHARACTERS = 40

isrc_scalar = ScalarType("ISRC")
big_int_scalar = ScalarType("BigInt")
date_scalar = ScalarType("Date")
date_time_scalar = ScalarType("DateTime")


@isrc_scalar.value_parser
def parse_isrc(value: Any) -> str:
    """Upper case without hyphens; raise `GraphQLError` for what is no ISRC then."""
    code = value.replace("-", "").upper() if isinstance(value, str) and value.isascii() else ""
    if not ISRC_FORM.fullmatch(code):
        raise bad_input(
            f"{_shown(value)} is not an ISRC: two letters, three letters or digits, seven digits, like USUM71604711"
        )
    return str(code)


@big_int_scalar.serializer
def write_big_int(value: int) -> int:
    """A JSON number, however large; GraphQL's own Int ends at 2^31."""
    return value


@big_int_scalar.value_parser
def parse_big_int(value: Any) -> int:
    """A whole number that JSON carries exactly; raise `GraphQLError` for any other value."""
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if not is_whole or abs(value) > LARGEST:
        raise bad_input(f"{_shown(value)} is not a whole number between -2^53 and 2^53")
    return int(value)


@date_scalar.value_parser
def parse_date(value: Any) -> date:
    """A day; raise `GraphQLError` for what is none."""
    if isinstance(value, str) and DATE_FORM.fullmatch(value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    raise bad_input(f"{_shown(value)} is not a date of the form YYYY-MM-DD, like 2025-01-15")


@date_time_scalar.value_parser
def parse_date_time(value: Any) -> datetime:
    """An instant with its zone; raise `GraphQLError` for what is none."""
    if isinstance(value, str) and DATE_TIME_FORM.fullmatch(value):
        with suppress(ValueError, OverflowError):
            return datetime.fromisoformat(value).astimezone(UTC)
    raise bad_input(f"{_shown(value)} is not an instant in ISO-8601 with its zone, like 2025-01-15T10:30:00Z")


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
