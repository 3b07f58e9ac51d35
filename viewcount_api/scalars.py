"""The scalars of the schema: what is accepted in arguments and how values are written."""

import re
from typing import Any

from ariadne import ScalarType

from viewcount_api.errors import bad_input

ISRC_FORM = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}", re.ASCII)
SHOWN_CHARACTERS = 40

isrc_scalar = ScalarType("ISRC")
big_int_scalar = ScalarType("BigInt")


@isrc_scalar.value_parser
def parse_isrc(value: Any) -> str:
    """Upper case without hyphens; raise `GraphQLError` for what is no ISRC then."""
    code = value.replace("-", "").upper() if isinstance(value, str) else ""
    if not ISRC_FORM.fullmatch(code):
        raise bad_input(
            f"{_shown(value)} is not an ISRC: two letters, three letters or digits, seven digits, like USUM71604711"
        )
    return str(code)


@big_int_scalar.serializer
def write_big_int(value: int) -> int:
    """A JSON number, however large; GraphQL's own Int ends at 2^31."""
    return value


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
