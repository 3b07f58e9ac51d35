"""What clients are told when something is wrong: one code an error, and nothing of our inside.

BAD_USER_INPUT              a body, argument, variable or operation name that cannot be used, or asks for too much
GRAPHQL_PARSE_FAILED        the query is not GraphQL, or too long
GRAPHQL_VALIDATION_FAILED   the query does not fit the schema, or has too much of something
PERSISTED_QUERY_NOT_FOUND   the hash of a query is not known: send the query with it
UNAUTHENTICATED             mutations need an API key here
RATE_LIMITED                too many in this minute
REQUEST_TIMEOUT             the answer was not ready in time
SERVICE_UNAVAILABLE         PostgreSQL is away, and the cache does not have all that was asked for
INTERNAL_SERVER_ERROR       anything else; its id is that of the request and is in the log beside the reason
"""

import logging
from collections.abc import Sequence
from pathlib import Path
from traceback import extract_tb
from typing import Any

from graphql import GraphQLError, GraphQLSyntaxError

from viewcount_api.request_ids import current
from viewcount_core.errors import ServerUnavailable, ViewcountError

logger = logging.getLogger(__name__)

BAD_USER_INPUT = "BAD_USER_INPUT"
PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
UNAUTHENTICATED = "UNAUTHENTICATED"
RATE_LIMITED = "RATE_LIMITED"
REQUEST_TIMEOUT = "REQUEST_TIMEOUT"
UNAVAILABLE = "SERVICE_UNAVAILABLE"
INTERNAL = "INTERNAL_SERVER_ERROR"

RETRY_AFTER = "retryAfterSeconds"
MAX_ERRORS = 20
MESSAGE_CHARACTERS = 300
REASON_CHARACTERS = 400
FRAMES = 8


def bad_input(message: str) -> GraphQLError:
    """The error for an argument that fits the schema and still cannot be used."""
    return GraphQLError(message, extensions={"code": BAD_USER_INPUT})


def unauthenticated() -> GraphQLError:
    """The error for a mutation without a key where keys are needed."""
    return GraphQLError("Mutations need an API key: Authorization: Bearer ...", extensions={"code": UNAUTHENTICATED})


def rate_limited(retry_after_seconds: int) -> GraphQLError:
    """The error for one too many."""
    message = f"Too many at once: try again in {retry_after_seconds} seconds."
    return GraphQLError(message, extensions={"code": RATE_LIMITED, RETRY_AFTER: retry_after_seconds})


def timed_out(seconds: float) -> GraphQLError:
    """The error for an answer that was not ready in time."""
    message = f"The request was not answered within {seconds:g} seconds."
    return GraphQLError(message, extensions={"code": REQUEST_TIMEOUT, RETRY_AFTER: 1})


def with_code(error: GraphQLError, code: str) -> GraphQLError:
    """`error` with this code, unless whoever raised it gave it one."""
    error.extensions = {"code": code} | (error.extensions or {})
    return error


def format_errors(errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
    """As many as fit into an answer; the last one says that there are more."""
    formatted = [format_error(error) for error in errors[:MAX_ERRORS]]
    if len(errors) > MAX_ERRORS:
        formatted[-1]["message"] += f" There are {len(errors) - MAX_ERRORS} more errors."
    return formatted


def format_error(error: GraphQLError, debug: bool = False) -> dict[str, Any]:
    """The error as it is sent; `debug` changes nothing."""
    code = code_of(error)
    if code == INTERNAL:
        return _hidden(error)
    if code == UNAVAILABLE:
        return _unavailable(error)
    return {**error.formatted, "message": _cut(error.message), "extensions": {**(error.extensions or {}), "code": code}}


def error_body(message: str, code: str = BAD_USER_INPUT) -> dict[str, Any]:
    """The answer to a request that is no GraphQL request."""
    return {"errors": [{"message": _cut(message), "extensions": {"code": code}}]}


def failure_body(error: Exception) -> dict[str, Any]:
    """The answer where something failed that has no place in the query; the log is told what."""
    hidden = _hidden(GraphQLError("", original_error=error))
    return {"errors": [{name: value for name, value in hidden.items() if name != "path"}]}


def code_of(error: GraphQLError) -> str:
    """The code of an error, wherever it came from."""
    if error.extensions and "code" in error.extensions:
        return str(error.extensions["code"])
    if isinstance(error, GraphQLSyntaxError):
        return PARSE_FAILED
    if isinstance(error.original_error, ServerUnavailable):
        return UNAVAILABLE
    return INTERNAL if error.path and not _is_of_an_argument(error) else BAD_USER_INPUT


def _is_of_an_argument(error: GraphQLError) -> bool:
    """Whether graphql-core could not use an argument, as `null` for one that has a default and may not be null.

    What it cannot write into an answer it reports in the same way, only without a place in the query.
    """
    cause = error.original_error
    return isinstance(cause, GraphQLError) and bool(cause.nodes)


def _cut(message: str) -> str:
    return message if len(message) <= MESSAGE_CHARACTERS else f"{message[:MESSAGE_CHARACTERS]}…"


def _unavailable(error: GraphQLError) -> dict[str, Any]:
    logger.warning("request_unavailable id=%s reason=%s", current.get(), _reason(error))
    return {
        "message": "The counts cannot be read at present. Try again in a minute.",
        "path": error.path or [],
        "extensions": {"code": UNAVAILABLE},
    }


def _hidden(error: GraphQLError) -> dict[str, Any]:
    logger.error(
        "request_failed id=%s path=%.200s reason=%s at=%s", current.get(), error.path, _reason(error), _place(error)
    )
    return {
        "message": "Internal server error",
        "path": error.path or [],
        "extensions": {"code": INTERNAL, "id": current.get()},
    }


def _reason(error: GraphQLError) -> str:
    cause = error.original_error or error
    # An error raised on purpose says all in its text; of any other the kind is needed.
    name = "" if isinstance(cause, ViewcountError) else f"{type(cause).__name__}: "
    return " ".join(f"{name}{cause}"[:REASON_CHARACTERS].split())


def _place(error: GraphQLError) -> str:
    """The last calls before it, on one line."""
    frames = extract_tb((error.original_error or error).__traceback__)[-FRAMES:]
    return " ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
