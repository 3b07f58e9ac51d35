"""Queries, parsed and judged once: not too long, not nested too deeply, and fitting the schema."""

from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    parse,
    validate,
)

from viewcount_api.errors import PARSE_FAILED, VALIDATION_FAILED, with_code
from viewcount_api.execution.lru import Lru
from viewcount_core.settings import Settings

KEPT_DOCUMENTS = 512
KEPT_BYTES = 4_000_000
# What a parsed document takes is a multiple of its text.
BYTES_A_CHARACTER = 20


@dataclass(frozen=True, slots=True)
class Document:
    """One query as it came, parsed; with errors it cannot be executed."""

    node: DocumentNode
    errors: tuple[GraphQLError, ...] = ()
    keys: dict[str | None, str] = field(default_factory=dict)
    """By operation name, the text that all spellings of the same operation share."""


class Documents:
    """All queries that were seen lately, by their text."""

    def __init__(self, settings: Settings, schema: GraphQLSchema) -> None:
        self._max_tokens = settings.api_max_tokens
        self._max_depth = settings.api_max_depth
        self._schema = schema
        self._kept: Lru[str, Document] = Lru(KEPT_DOCUMENTS, KEPT_BYTES)

    def of(self, query: str) -> Document:
        """Raise `GraphQLError` for what is not GraphQL, too long or too deep."""
        document = self._kept.get(query)
        if document is None:
            document = self._read(query)
            self._kept.put(query, document, len(query) * BYTES_A_CHARACTER)
        return document

    def _read(self, query: str) -> Document:
        node = _parse(query, self._max_tokens)
        _refuse_depth(node, self._max_depth)
        return Document(node, tuple(with_code(error, VALIDATION_FAILED) for error in validate(self._schema, node)))


def _parse(query: str, max_tokens: int) -> DocumentNode:
    try:
        return parse(query, max_lexical_tokens=max_tokens)
    except GraphQLError as error:
        raise with_code(error, PARSE_FAILED) from None


def _refuse_depth(document: DocumentNode, limit: int) -> None:
    nesting = Nesting(document)
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode) and nesting.depth(node.selection_set) > limit:
            message = f"The query is nested more than {limit} fields deep."
            raise GraphQLError(message, node, extensions={"code": VALIDATION_FAILED})


class Nesting:
    """Depth of fields; each fragment is looked at once, however often it is spread."""

    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._depths: dict[str, int] = {}

    def depth(self, selected: SelectionSetNode | None) -> int:
        """How many fields are inside each other; introspection, which tools nest deeply, is not counted."""
        return max((self._depth_of(node) for node in selected.selections), default=0) if selected else 0

    def _depth_of(self, node: SelectionNode) -> int:
        if isinstance(node, FragmentSpreadNode):
            return self._depth_of_fragment(node.name.value)
        if isinstance(node, FieldNode):
            return 0 if node.name.value.startswith("__") else 1 + self.depth(node.selection_set)
        return self.depth(node.selection_set)  # type: ignore[attr-defined]

    def _depth_of_fragment(self, name: str) -> int:
        if name not in self._depths and name in self._fragments:
            # A fragment inside itself counts as nothing there, and is refused by the validation that follows.
            self._depths[name] = 0
            self._depths[name] = self.depth(self._fragments[name].selection_set)
        return self._depths.get(name, 0)
