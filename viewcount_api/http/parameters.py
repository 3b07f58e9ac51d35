"""The parameters of a GraphQL request, out of a JSON body or a query string."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson

from viewcount_api.http.refusals import RefusedRequest

MAX_NESTING = 32
# So few brackets cannot be nested too deeply, and ordinary requests have no more.
HARMLESS_BRACKETS = 32
MAX_PARAMETERS = 32


@dataclass(frozen=True, slots=True)
class Parameters:
    """Well-formed as the specification has it; the query may be missing where a persisted one is named."""

    query: str | None
    variables: Mapping[str, Any]
    operation_name: str | None
    extensions: Mapping[str, Any]


def from_body(body: bytes) -> Parameters:
    """Raise `RefusedRequest`."""
    data = _loads(body, "body")
    if not isinstance(data, dict):
        raise RefusedRequest(400, "The body must be a JSON object.")
    return _checked(data)


def from_query_string(text: bytes) -> Parameters:
    """As `from_body`, with `variables` and `extensions` in JSON."""
    try:
        pairs = parse_qsl(text.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS)
    except ValueError:
        raise RefusedRequest(400, "The query string cannot be read.") from None
    data: dict[str, Any] = {}
    for name, value in pairs:
        if name in data:
            raise RefusedRequest(400, f"{_shown(name)} is given more than once.")
        data[name] = value
    for name in ("variables", "extensions"):
        if name in data:
            data[name] = _loads(data[name].encode(), name) if data[name] else None
    return _checked(data | {"operationName": data.get("operationName") or None})


def _checked(data: dict[str, Any]) -> Parameters:
    query, name = data.get("query"), data.get("operationName")
    variables, extensions = data.get("variables"), data.get("extensions")
    if query is not None and not isinstance(query, str):
        raise RefusedRequest(400, "The query must be a string.")
    if name is not None and not isinstance(name, str):
        raise RefusedRequest(400, "The operation name must be a string.")
    for label, value in (("variables", variables), ("extensions", extensions)):
        if value is not None and not isinstance(value, dict):
            raise RefusedRequest(400, f"The {label} must be an object.")
    return Parameters(query, variables or {}, name, extensions or {})


def _loads(text: bytes, what: str) -> Any:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise RefusedRequest(400, f"The {what} cannot be read as JSON.") from None
    if text.count(b"[") + text.count(b"{") > HARMLESS_BRACKETS and _is_too_deep(value):
        raise RefusedRequest(400, f"The {what} is nested more than {MAX_NESTING} levels deep.")
    return value


def _is_too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_NESTING):
        inner = [list(one.values()) if isinstance(one, dict) else one for one in level if isinstance(one, dict | list)]
        if not inner:
            return False
        level = [item for items in inner for item in items]
    return any(isinstance(one, dict | list) for one in level)


def _shown(name: str) -> str:
    return name if len(name) <= 40 and name.isidentifier() else "A parameter"
