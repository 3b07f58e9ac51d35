"""What a document may not exceed, whatever it asks for; judged once a document and remembered with it.

How much a request asks for depends on its variables and is judged for each: `amounts.py`.
"""

from collections import Counter
from collections.abc import Iterator

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    Node,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

from viewcount_api.errors import VALIDATION_FAILED
from viewcount_core.settings import Settings

SHOWN_CHARACTERS = 40


def check_limits(document: DocumentNode, settings: Settings) -> None:
    """Raise `GraphQLError` for the first limit that a parsed document exceeds; it need not be valid."""
    _refuse(len(document.definitions), settings.api_max_definitions, "operations and fragments")
    nodes = list(_nodes(document))
    fields = [node for node in nodes if isinstance(node, FieldNode)]
    _refuse(sum(field.alias is not None for field in fields), settings.api_max_aliases, "aliases")
    _refuse(sum(isinstance(node, DirectiveNode) for node in nodes), settings.api_max_directives, "directives")
    # Whether fields of one name can be merged is validated by pairs: 300 ms where a thousand tokens are one name.
    ((name, repeats),) = Counter((field.alias or field.name).value for field in fields).most_common(1) or (("", 0),)
    _refuse(repeats, settings.api_max_repeats, f"fields {name[:SHOWN_CHARACTERS]}")
    _refuse_depth(document, settings.api_max_depth)


def _refuse(found: int, limit: int, what: str) -> None:
    if found > limit:
        raise _too_much(f"The query has {found} {what}: it may have {limit}.")


def _refuse_depth(document: DocumentNode, limit: int) -> None:
    nesting = Nesting(document)
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode) and nesting.depth(node.selection_set) > limit:
            raise _too_much(f"The query is nested more than {limit} fields deep.")


def _too_much(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": VALIDATION_FAILED})


def _nodes(document: DocumentNode) -> Iterator[Node]:
    """Every node; a list of nodes still to look at, as a document may be nested as deep as calls may be."""
    ahead: list[Node] = [document]
    while ahead:
        node = ahead.pop()
        yield node
        for key in node.keys:
            value = getattr(node, key)
            if isinstance(value, Node):
                ahead.append(value)
            elif isinstance(value, tuple | list):
                ahead += (each for each in value if isinstance(each, Node))


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
