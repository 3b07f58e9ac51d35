"""Everything about a request that does not depend on what is recorded, worked out once."""

from dataclasses import dataclass
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
)
from graphql.execution.values import get_variable_values

from viewcount_api.errors import MAX_ERRORS, bad_input
from viewcount_api.execution.amounts import Amounts, amounts_of
from viewcount_api.execution.canonical import answer_key, asked_for, canonical_text, is_introspection, lifetime_seconds
from viewcount_api.execution.documents import Document, Documents
from viewcount_api.execution.lru import Lru
from viewcount_api.requests import GraphQLRequest
from viewcount_core.settings import Settings

KEPT_REQUESTS = 4096
KEPT_BYTES = 16_000_000
# Beside its text and its variables.
BYTES_A_REQUEST = 1000


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request that may be executed."""

    document: DocumentNode
    operation: OperationDefinitionNode
    variables: dict[str, Any]
    key: str
    lifetime_seconds: int
    """How long its answer may be kept; 0 for one that may not be kept at all, as of a mutation."""
    is_introspection: bool
    """Whether it asks for nothing but the schema."""
    asked: str
    """The field that it asks for, as metrics name it."""
    changes: int
    """How many mutations it has."""

    @property
    def name(self) -> str:
        """Name of the operation, empty for one without."""
        return self.operation.name.value if self.operation.name else ""

    @property
    def is_query(self) -> bool:
        """Whether it changes nothing."""
        return self.operation.operation is OperationType.QUERY

    @property
    def fragments(self) -> dict[str, FragmentDefinitionNode]:
        """The fragments by name."""
        nodes = self.document.definitions
        return {node.name.value: node for node in nodes if isinstance(node, FragmentDefinitionNode)}


class RefusedOperation(Exception):
    """It cannot be executed; carries what is to be said of it."""

    def __init__(self, *errors: GraphQLError) -> None:
        super().__init__("refused")
        self.errors = errors


class Preparation:
    """Requests made ready, those seen lately by a look into a dictionary."""

    def __init__(self, settings: Settings, schema: GraphQLSchema) -> None:
        self._settings = settings
        self._schema = schema
        self._documents = Documents(settings, schema)
        self._kept: Lru[tuple[str, str | None, bytes], Prepared] = Lru(KEPT_REQUESTS, KEPT_BYTES)

    def of(self, request: GraphQLRequest) -> Prepared:
        """Raise `RefusedOperation` or `GraphQLError`."""
        try:
            variables = orjson.dumps(request.variables)
        except TypeError:
            raise bad_input("The variables are not JSON.") from None
        key = (request.query, request.operation_name, variables)
        prepared = self._kept.get(key)
        if prepared is None:
            prepared = self._prepare(request)
            self._kept.put(key, prepared, len(request.query) + 2 * len(variables) + BYTES_A_REQUEST)
        return prepared

    def _prepare(self, request: GraphQLRequest) -> Prepared:
        document = self._documents.of(request.query)
        if document.errors:
            raise RefusedOperation(*document.errors)
        operation = _chosen(document.node, request.operation_name)
        # Amounts depend on the variables, so they are judged here: outside the validation that is remembered by text.
        amounts = self._amounts(document, operation)
        amounts.check(request.variables)
        variables = self._coerced(operation, request)
        is_query = operation.operation is OperationType.QUERY
        return Prepared(
            document.node,
            operation,
            variables,
            answer_key("", _text(document, operation), variables),
            lifetime_seconds(document.node, operation) if is_query else 0,
            is_query and is_introspection(operation),
            asked_for(operation),
            amounts.roots if operation.operation is OperationType.MUTATION else 0,
        )

    def _amounts(self, document: Document, operation: OperationDefinitionNode) -> Amounts:
        name = operation.name.value if operation.name else None
        if name not in document.amounts:
            document.amounts[name] = amounts_of(self._schema, document.node, operation, self._settings)
        return document.amounts[name]

    def _coerced(self, operation: OperationDefinitionNode, request: GraphQLRequest) -> dict[str, Any]:
        coerced = get_variable_values(
            self._schema,
            operation.variable_definitions or (),
            dict(request.variables),
            MAX_ERRORS,
            not self._settings.api_suggestions,
        )
        if isinstance(coerced, list):
            raise RefusedOperation(*coerced)
        return coerced


def _chosen(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operation = get_operation_ast(document, name)
    if operation:
        return operation
    if name is not None:
        raise bad_input(f"Unknown operation named '{name}'.")
    raise bad_input("Must provide operation name if query contains multiple operations.")


def _text(document: Document, operation: OperationDefinitionNode) -> str:
    name = operation.name.value if operation.name else None
    if name not in document.keys:
        document.keys[name] = canonical_text(document.node, operation)
    return document.keys[name]
