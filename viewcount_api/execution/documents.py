"""Queries, parsed and judged once: not too long, not nested too deeply, and fitting the schema."""

from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    specified_rules,
    validate,
)

from viewcount_api.errors import MAX_ERRORS, VALIDATION_FAILED, with_code
from viewcount_api.execution.amounts import Amounts
from viewcount_api.execution.limits import check_limits
from viewcount_api.execution.lru import Lru
from viewcount_api.execution.parsing import parse_query
from viewcount_core.settings import Settings

KEPT_DOCUMENTS = 512
KEPT_BYTES = 4_000_000
# What a parsed document takes is a multiple of its text.
BYTES_A_CHARACTER = 20
# A name that may be meant is looked for among all that there are, which takes up to 7 ms for a long one, and the
# document is validated anew. Who has more wrong at once has another schema in mind.
MAX_SUGGESTIONS, SUGGESTED_CHARACTERS = 3, 3000
NOTHING = DocumentNode(definitions=())


@dataclass(frozen=True, slots=True)
class Document:
    """One query as it came, parsed; with errors it cannot be executed, and its node is empty."""

    node: DocumentNode
    errors: tuple[GraphQLError, ...] = ()
    keys: dict[str | None, str] = field(default_factory=dict)
    """By operation name, the text that all spellings of the same operation share."""
    amounts: dict[str | None, Amounts] = field(default_factory=dict)
    """By operation name, how much it asks for."""


class Documents:
    """All queries that were seen lately, by their text."""

    def __init__(self, settings: Settings, schema: GraphQLSchema) -> None:
        self._settings = settings
        self._schema = schema
        hidden = () if settings.api_introspection else (NoSchemaIntrospectionCustomRule,)
        self._rules = (*specified_rules, *hidden)
        self._kept: Lru[str, Document] = Lru(KEPT_DOCUMENTS, KEPT_BYTES)

    def of(self, query: str) -> Document:
        """Raise `GraphQLError` for what is not GraphQL, or exceeds a limit."""
        document = self._kept.get(query)
        if document is None:
            document = self._read(query)
            self._kept.put(query, document, len(query) * BYTES_A_CHARACTER)
        return document

    def _read(self, query: str) -> Document:
        node = parse_query(query, self._settings)
        check_limits(node, self._settings)
        errors = self._errors(node, hide_suggestions=True)
        if self._settings.api_suggestions and 0 < len(errors) <= MAX_SUGGESTIONS and len(query) <= SUGGESTED_CHARACTERS:
            errors = self._errors(node, hide_suggestions=False)
        if errors:
            return Document(NOTHING, tuple(_alone(error) for error in errors))
        return Document(node)

    def _errors(self, node: DocumentNode, *, hide_suggestions: bool) -> list[GraphQLError]:
        return validate(self._schema, node, self._rules, MAX_ERRORS, hide_suggestions=hide_suggestions)


def _alone(error: GraphQLError) -> GraphQLError:
    """The error without the nodes that it is about: what was refused is kept to be refused again, and nothing else."""
    coded = with_code(error, VALIDATION_FAILED)
    return GraphQLError(coded.message, source=coded.source, positions=coded.positions, extensions=coded.extensions)
