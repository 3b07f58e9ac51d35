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
    SelectionSetNode,
    parse,
    validate,
)

from viewcount_api.errors import PARSE_FAILED, VALIDATION_FAILED, with_code
from viewcount_core.settings import Settings

KEPT_DOCUMENTS = 256
Fragments = dict[str, FragmentDefinitionNode]


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
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode) and _is_deeper(node.selection_set, limit, fragments, ()):
            message = f"The query is nested more than {limit} fields deep."
            raise GraphQLError(message, node, extensions={"code": VALIDATION_FAILED})


def _is_deeper(selected: SelectionSetNode | None, limit: int, fragments: Fragments, inside: tuple[str, ...]) -> bool:
    """Whether fields are nested deeper than `limit`; introspection, which tools nest deeply, is not counted."""
    for node in selected.selections if selected else ():
        if isinstance(node, FieldNode):
            if node.name.value.startswith("__"):
                continue
            if limit == 0 or _is_deeper(node.selection_set, limit - 1, fragments, inside):
                return True
        elif isinstance(node, FragmentSpreadNode):
            name = node.name.value
            # A fragment inside itself is refused by the validation that follows.
            if name in fragments and name not in inside:
                if _is_deeper(fragments[name].selection_set, limit, fragments, (*inside, name)):
                    return True
        elif _is_deeper(node.selection_set, limit, fragments, inside):  # type: ignore[attr-defined]
            return True
    return False
