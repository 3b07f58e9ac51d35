"""Answers one GraphQL request: parsed, judged, executed and encoded."""

import logging
from typing import Any

import orjson
from ariadne import graphql

from viewcount_api.context import Context
from viewcount_api.errors import format_error
from viewcount_api.execution.documents import document_parser, validate_document
from viewcount_api.reading.store import Store
from viewcount_api.requests import Answer, GraphQLRequest
from viewcount_api.schema import build_schema
from viewcount_core.settings import Settings

# Ariadne logs every error whole, a bad query of 100 kB included; ours are logged where they get their code.
SILENT = logging.getLogger("viewcount_api.silent")
SILENT.setLevel(logging.CRITICAL + 1)


class Engine:
    """The schema with everything its resolvers need."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._schema = build_schema()
        self._parse = document_parser(settings)

    async def answer(self, request: GraphQLRequest) -> Answer:
        """The answer, errors included; nothing is raised for what a client may send."""
        data = {"query": request.query, "variables": request.variables, "operationName": request.operation_name}
        _, result = await graphql(
            self._schema,
            data,
            root_value=request.publication,
            context_value=Context.of(self._settings, self._store),
            query_parser=self._parse,
            query_validator=validate_document,
            error_formatter=format_error,
            logger=SILENT,
            require_query=not request.may_mutate,
        )
        return _encoded(result)


def _encoded(result: dict[str, Any]) -> Answer:
    errors = result.get("errors", ())
    is_executed = result.get("data") is not None or any("path" in error for error in errors)
    if not is_executed:
        result.pop("data", None)
    codes = tuple(str(error["extensions"]["code"]) for error in errors)
    return Answer(orjson.dumps(result), is_executed, codes=codes)
