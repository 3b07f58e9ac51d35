"""How much a request asks for: lists, history and values, variables included; judged for every request.

What a document asks for is worked out once, as a tree that is remembered with the document; a request only fills its
variables in. Nothing is resolved or even converted for it: a hundred thousand ISRCs are counted, not read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_named_type,
    is_non_null_type,
)
from graphql.execution.execute import get_field_def

from viewcount_api.errors import bad_input
from viewcount_core.published import HISTORY_DAYS
from viewcount_core.records import Service
from viewcount_core.settings import Settings

Variables = Mapping[str, Any]

# Fields that hold more than their arguments tell: so many values each.
WEIGHTS = {"viewCountDataJson": HISTORY_DAYS * len(Service)}
LISTS = {"viewCounts": len(Service), "services": len(Service)}
NAMES = {"isrcs": "ISRCs", "services": "services"}
# As many entries as lists about the schema have on average, or nearly.
INTROSPECTION_LISTS = {"types": 40, "fields": 8, "args": 2, "enumValues": 3, "inputFields": 2, "directives": 5}


@dataclass(frozen=True, slots=True)
class Argument:
    """An amount as the document gives it: a number, or a variable with its default."""

    name: str
    value: int | None = None
    variable: str | None = None

    def amount(self, variables: Variables) -> int:
        """The number, or the length of the list; 1 for what is neither, which is refused later for its type."""
        if self.variable is None or self.variable not in variables:
            return 1 if self.value is None else self.value
        return _amount_of(variables[self.variable])


@dataclass(frozen=True, slots=True)
class Asked:
    """One field of the document: how many entries it has, and what is asked of each."""

    entries: int
    arguments: tuple[Argument, ...]
    inside: "Selected | None"


@dataclass(slots=True)
class Selected:
    """The fields of a selection set; that of a fragment is shared by all places that spread it."""

    fields: list[Asked]
    spread: list["Selected"]


class Amounts:
    """What one operation of a valid document asks for."""

    def __init__(self, selected: Selected, never_null: frozenset[str], settings: Settings) -> None:
        self._selected = selected
        self._never_null = never_null
        self._settings = settings
        self._limits = {
            "isrcs": (0, settings.api_max_isrcs),
            "services": (0, len(Service)),
            "first": (1, settings.api_max_first),
            "days": (1, settings.api_max_history_days),
        }

    @property
    def roots(self) -> int:
        """How many fields there are at the top, through fragments too."""
        return _fields(self._selected, {})

    def check(self, variables: Variables) -> None:
        """Raise `GraphQLError` when it is too much, or negative, or null where that cannot be."""
        for name in self._never_null:
            # Found by the execution as well, once for each of the thousand places that it is used in.
            if variables.get(name, name) is None:
                raise bad_input(f"Variable '${name}' may not be null here.")
        values = self._values(self._selected, variables, {})
        limit = self._settings.api_max_values
        if values > limit:
            raise bad_input(f"The answer could hold {values} values: it may hold {limit}. Ask for less at once.")

    def _values(self, selected: Selected, variables: Variables, known: dict[int, int]) -> int:
        found = known.get(id(selected))
        if found is None:
            found = sum(self._values_of(field, variables, known) for field in selected.fields)
            found += sum(self._values(each, variables, known) for each in selected.spread)
            known[id(selected)] = found
        return found

    def _values_of(self, field: Asked, variables: Variables, known: dict[int, int]) -> int:
        entries = field.entries
        for argument in field.arguments:
            amount = self._checked(argument, variables)
            entries *= 1 if argument.name == "services" else amount
        return entries * (1 + self._values(field.inside, variables, known)) if field.inside else entries

    def _checked(self, argument: Argument, variables: Variables) -> int:
        amount, (least, most) = argument.amount(variables), self._limits[argument.name]
        if argument.name in NAMES and amount > most:
            raise bad_input(f"{amount} {NAMES[argument.name]} are too many: a list may hold {most}.")
        if not least <= amount <= most:
            raise bad_input(f"{argument.name} may be {least} to {most}.")
        return amount


def amounts_of(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, settings: Settings
) -> Amounts:
    """The amounts of one operation of a valid document. Raise `GraphQLError` for a kind that the schema lacks."""
    root = schema.get_root_type(operation.operation)
    if root is None:
        raise bad_input(f"There is no {operation.operation.value} here.")
    reader = _Reader(schema, document, _defaults(operation))
    selected = reader.selected(operation.selection_set, root)
    return Amounts(selected, frozenset(reader.never_null), settings)


class _Reader:
    """Makes the tree, each fragment once."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, defaults: Mapping[str, int]) -> None:
        self._schema = schema
        self._defaults = defaults
        self._definitions = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._fragments: dict[str, Selected] = {}
        self.never_null: set[str] = set()
        """Variables that stand for arguments which may be left out but not be null."""

    def selected(self, node: SelectionSetNode, parent: GraphQLObjectType) -> Selected:
        found = Selected([], [])
        for each in node.selections:
            if isinstance(each, FieldNode):
                found.fields.append(self._field(each, parent))
            elif isinstance(each, FragmentSpreadNode):
                found.spread.append(self._fragment(each.name.value, parent))
            elif isinstance(each, InlineFragmentNode):
                found.spread.append(self.selected(each.selection_set, parent))
        return found

    def _fragment(self, name: str, parent: GraphQLObjectType) -> Selected:
        if name not in self._fragments:
            self._fragments[name] = self.selected(self._definitions[name].selection_set, parent)
        return self._fragments[name]

    def _field(self, node: FieldNode, parent: GraphQLObjectType) -> Asked:
        name = node.name.value
        definition = get_field_def(self._schema, parent, node)
        assert definition is not None, "validation would have refused it"
        given = {argument.name.value: argument.value for argument in node.arguments}
        amounts = [
            self._argument(key, given.get(key), argument.default_value)
            for key, argument in definition.args.items()
            if key in ("isrcs", "services", "first", "days")
        ]
        self.never_null.update(
            value.name.value
            for key, value in given.items()
            if isinstance(value, VariableNode) and is_non_null_type(definition.args[key].type)
        )
        inner = get_named_type(definition.type)
        inside = self.selected(node.selection_set, inner) if node.selection_set else None  # type: ignore[arg-type]
        lists = INTROSPECTION_LISTS if parent.name.startswith("__") else LISTS
        return Asked(WEIGHTS.get(name) or lists.get(name, 1), tuple(amounts), inside)

    def _argument(self, name: str, value: ValueNode | None, default: Any) -> Argument:
        if value is None:
            return Argument(name, None if default is Undefined else _amount_of(default))
        if isinstance(value, VariableNode):
            variable = value.name.value
            fallback = self._defaults.get(variable, None if default is Undefined else _amount_of(default))
            return Argument(name, fallback, variable)
        return Argument(name, _literal(value))


def _fields(selected: Selected, known: dict[int, int]) -> int:
    """Each fragment is counted once, however many paths lead to it, and its number used for all of them."""
    if id(selected) not in known:
        known[id(selected)] = len(selected.fields) + sum(_fields(each, known) for each in selected.spread)
    return known[id(selected)]


def _defaults(operation: OperationDefinitionNode) -> dict[str, int]:
    definitions: Sequence[Any] = operation.variable_definitions or ()
    return {node.variable.name.value: _literal(node.default_value) for node in definitions if node.default_value}


def _literal(value: ValueNode) -> int:
    if isinstance(value, IntValueNode):
        return int(value.value)
    return len(value.values) if isinstance(value, ListValueNode) else 1


def _amount_of(value: Any) -> int:
    if isinstance(value, int | float):
        return int(value)
    return len(value) if isinstance(value, list) else 1
