"""What requests that mean the same have in common, and how long their answer may be kept."""

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    Node,
    OperationDefinitionNode,
    print_ast,
)

from viewcount_api.requests import INTROSPECTION, SEVERAL
from viewcount_core.cache_keys import ANSWER_PREFIX, ANSWER_SECONDS

# Seconds that an answer with such a field may be kept, where it is made of more than publications tell.
VOLATILE_SECONDS = {"pipelineStatus": 0, "anomalies": 10, "services": 10, "__schema": 0, "__type": 0}


def canonical_text(document: DocumentNode, operation: OperationDefinitionNode) -> str:
    """One operation without its name, and the fragments in order: spaces, comments and names are gone."""
    variables = sorted(operation.variable_definitions or (), key=lambda each: each.variable.name.value)
    anonymous = OperationDefinitionNode(
        operation=operation.operation,
        variable_definitions=variables,
        directives=operation.directives,
        selection_set=operation.selection_set,
    )
    return "\n".join([print_ast(anonymous), *sorted(map(print_ast, _fragments(document)))])


def answer_key(namespace: str, text: str, variables: Mapping[str, Any]) -> str:
    """The key of the answer in the cache; `variables` as coerced, so that ISRCs are spelled one way."""
    parts = (namespace.encode(), text.encode(), orjson.dumps(variables, default=str, option=orjson.OPT_SORT_KEYS))
    digest = blake2b(digest_size=20)
    for part in parts:
        digest.update(b"%d:" % len(part) + part)
    return f"{ANSWER_PREFIX}:{digest.hexdigest()}"


def lifetime_seconds(document: DocumentNode, operation: OperationDefinitionNode) -> int:
    """How long an answer may be kept; 0: not at all."""
    names = {name for node in (operation, *_fragments(document)) for name in _field_names(node)}
    return min((VOLATILE_SECONDS[name] for name in names & VOLATILE_SECONDS.keys()), default=ANSWER_SECONDS)


def is_introspection(operation: OperationDefinitionNode) -> bool:
    """Whether all its fields are about the schema; only fields are looked at, not fragments."""
    return all(
        isinstance(node, FieldNode) and node.name.value.startswith("__") for node in operation.selection_set.selections
    )


def asked_for(operation: OperationDefinitionNode) -> str:
    """The one field that a valid operation asks for, or a word for none and many: a few values, whatever is sent."""
    if is_introspection(operation):
        return INTROSPECTION
    names = {node.name.value if isinstance(node, FieldNode) else "" for node in operation.selection_set.selections}
    (name, *others) = names
    return SEVERAL if others or not name else name


def _fragments(document: DocumentNode) -> Iterator[FragmentDefinitionNode]:
    return (node for node in document.definitions if isinstance(node, FragmentDefinitionNode))


def _field_names(node: Node) -> Iterator[str]:
    if isinstance(node, FieldNode):
        yield node.name.value
    selected = getattr(node, "selection_set", None)
    for each in selected.selections if selected else ():
        yield from _field_names(each)
