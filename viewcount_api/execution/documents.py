"""Queries, parsed and judged: not too long, not nested too deeply, and fitting the schema."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    parse,
    validate,
)

from viewcount_api.errors import PARSE_FAILED, VALIDATION_FAILED, with_code
from viewcount_core.settings import Settings

KEPT_DOCUMENTS = 256


def document_parser(settings: Settings) -> Callable[[Any, dict[str, Any]], DocumentNode]:
    """A parser as Ariadne calls it, which remembers the queries it has seen; they raise `GraphQLError`."""

    @lru_cache(KEPT_DOCUMENTS)
    def parsed(query: str) -> DocumentNode:
        document = _parse(query, settings.api_max_tokens)
        _refuse_depth(document, settings.api_max_depth)
        return document

    return lambda context, data: parsed(data["query"])


def validate_document(*arguments: Any, **options: Any) -> list[GraphQLError]:
    """As graphql's `validate`, with a code on every error."""
    return [with_code(error, VALIDATION_FAILED) for error in validate(*arguments, **options)]


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
