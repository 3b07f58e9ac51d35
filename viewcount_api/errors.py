"""What clients are told when something is wrong: one code an error, and nothing of our inside.

BAD_USER_INPUT              a body, argument, variable or operation name that cannot be used
GRAPHQL_PARSE_FAILED        the query is not GraphQL, or too long
GRAPHQL_VALIDATION_FAILED   the query does not fit the schema, or is nested too deeply
INTERNAL_SERVER_ERROR       anything else; its id is in the log beside the reason
"""

import logging
import secrets
from typing import Any

from graphql import GraphQLError, GraphQLSyntaxError

from viewcount_core.errors import ViewcountError

logger = logging.getLogger(__name__)

BAD_USER_INPUT = "BAD_USER_INPUT"
PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
INTERNAL = "INTERNAL_SERVER_ERROR"


def bad_input(message: str) -> GraphQLError:
    """The error for an argument that fits the schema and still cannot be used."""
    return GraphQLError(message, extensions={"code": BAD_USER_INPUT})


def with_code(error: GraphQLError, code: str) -> GraphQLError:
    """`error` with this code, unless whoever raised it gave it one."""
    error.extensions = {"code": code} | (error.extensions or {})
    return error


def format_error(error: GraphQLError, debug: bool = False) -> dict[str, Any]:
    """The error as it is sent; `debug` changes nothing."""
    code = _code(error)
    if code == INTERNAL:
        return _hidden(error)
    return {**error.formatted, "extensions": {"code": code}}


def error_body(message: str, code: str = BAD_USER_INPUT) -> dict[str, Any]:
    """The answer to a request that is no GraphQL request."""
    return {"errors": [{"message": message, "extensions": {"code": code}}]}


def _code(error: GraphQLError) -> str:
    if error.extensions and "code" in error.extensions:
        return str(error.extensions["code"])
    if isinstance(error, GraphQLSyntaxError):
        return PARSE_FAILED
    # Only what happens while fields are resolved has a path, and what is meant to be seen there has a code.
    return INTERNAL if error.path else BAD_USER_INPUT


def _hidden(error: GraphQLError) -> dict[str, Any]:
    error_id = secrets.token_hex(8)
    cause = error.original_error or error
    # An error raised on purpose says all in its text; of any other the place is needed.
    logger.error(
        "request_failed id=%s path=%s reason=%s",
        error_id,
        error.path,
        cause,
        exc_info=None if isinstance(cause, ViewcountError) else cause,
    )
    return {
        "message": "Internal server error",
        "path": error.path or [],
        "extensions": {"code": INTERNAL, "id": error_id},
    }
