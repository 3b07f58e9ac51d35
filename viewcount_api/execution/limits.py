"""What a document may not exceed, whatever it asks for; judged once a document and remembered with it.

How much a request asks for depends on its variables and is judged for each: `amounts.py`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import comb
from typing import NamedTuple

from graphql import (
    DefinitionNode,
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
# Eight fields, each in a fragment or two of its own, are not half of it; what follows calls itself for each.
MAX_LEVELS = 50
# Fifteen aliases of a track with all its play counts have 2,625.
MAX_PAIRS = 3000


def check_limits(document: DocumentNode, settings: Settings) -> None:
    """Raise `GraphQLError` for the first limit that a parsed document exceeds; it need not be valid."""
    _refuse(len(document.definitions), settings.api_max_definitions, "operations and fragments")
    nodes = list(_nodes(document))
    fields = [node for node in nodes if isinstance(node, FieldNode)]
    _refuse(sum(field.alias is not None for field in fields), settings.api_max_aliases, "aliases")
    _refuse(sum(isinstance(node, DirectiveNode) for node in nodes), settings.api_max_directives, "directives")
    _refuse_repeats(fields, settings.api_max_repeats)
    _refuse_depth(document, settings.api_max_depth)


def _refuse_repeats(fields: Iterable[FieldNode], limit: int) -> None:
    """Whether fields of one name can be merged is validated by pairs: 300 ms where a thousand tokens are one name."""
    repeats = Counter((field.alias or field.name).value for field in fields)
    ((name, most),) = repeats.most_common(1) or (("", 0),)
    _refuse(most, limit, f"fields {name[:SHOWN_CHARACTERS]}")
    _refuse(sum(comb(times, 2) for times in repeats.values()), MAX_PAIRS, "pairs of fields with one name")


def _refuse(found: int, limit: int, what: str) -> None:
    if found > limit:
        raise _too_much(f"The query has {found} {what}: it may have {limit}.")


def _refuse_depth(document: DocumentNode, limit: int) -> None:
    nesting = Nesting(document)
    for node in document.definitions:
        levels = nesting.of(node)
        if levels.all > MAX_LEVELS:
            raise _too_much(f"The query is nested more than {MAX_LEVELS} levels deep.")
        if levels.fields > limit and isinstance(node, OperationDefinitionNode):
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


class Levels(NamedTuple):
    """How deep something is nested."""

    fields: int
    """Without introspection, which tools nest deeply."""
    all: int
    """Inline fragments and spreads as well."""

    def plus(self, other: "Levels") -> "Levels":
        """The others inside these."""
        return Levels(self.fields + other.fields, self.all + other.all)

    def or_deeper(self, other: "Levels") -> "Levels":
        """The deeper of both, of either kind."""
        return Levels(max(self.fields, other.fields), max(self.all, other.all))


NO_LEVELS = Levels(0, 0)


class Nesting:
    """Depth of definitions; each fragment is looked at once, however often it is spread.

    What a definition holds is looked at without calls inside calls, of which Python allows a thousand: fragments in
    fragments multiply what the parser allows in one.
    """

    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._levels: dict[str, Levels] = {}

    def of(self, definition: DefinitionNode) -> Levels:
        """The deepest levels of an operation or a fragment, of what it spreads as well."""
        deepest = NO_LEVELS
        ahead: list[tuple[Node, Levels, int]] = [(definition, NO_LEVELS, 1)]
        while ahead:
            node, levels, weight = ahead.pop()
            deepest = deepest.or_deeper(levels)
            for inner in _selections(node):
                counting = weight * _weight(inner)
                inside = levels.plus(Levels(counting if isinstance(inner, FieldNode) else 0, 1))
                if isinstance(inner, FragmentSpreadNode):
                    fields, every = self._of_fragment(inner.name.value)
                    deepest = deepest.or_deeper(inside.plus(Levels(counting * fields, every)))
                else:
                    ahead.append((inner, inside, counting))
        return deepest

    def _of_fragment(self, name: str) -> Levels:
        if name not in self._levels and name in self._fragments:
            # A fragment inside itself counts as nothing there, and is refused by the validation that follows.
            self._levels[name] = NO_LEVELS
            self._levels[name] = self.of(self._fragments[name])
        return self._levels.get(name, NO_LEVELS)


def _selections(node: Node) -> Sequence[SelectionNode]:
    selected: SelectionSetNode | None = getattr(node, "selection_set", None)
    return selected.selections if selected else ()


def _weight(node: SelectionNode) -> int:
    """0 where introspection begins: neither it nor what is in it counts as a field."""
    return 0 if isinstance(node, FieldNode) and node.name.value.startswith("__") else 1
