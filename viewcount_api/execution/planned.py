"""Execution as graphql-core does it, with lists of objects completed by a plan.

A batch of a hundred tracks makes graphql-core look up the same fields, arguments and types a hundred times. A plan
looks them up once and then only calls resolvers. Whatever is out of the ordinary (an error, a null where none may be,
a resolver that waits) is left to graphql-core: it completes the same list again from the beginning, so that every
answer, errors and their paths included, is its own.
"""

from collections.abc import Callable
from inspect import iscoroutine, iscoroutinefunction
from typing import Any

from graphql import (
    ExecutionContext,
    FieldNode,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    Undefined,
    get_argument_values,
    is_leaf_type,
)
from graphql.execution.execute import get_field_def
from graphql.pyutils import Path

Complete = Callable[[Any], Any]
PLAIN_LISTS = (list, tuple)


class Unplanned(Exception):
    """This is for graphql-core."""


class PlannedExecution(ExecutionContext):
    """One execution of one operation."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._plans: dict[tuple[object, ...], Complete] = {}

    def complete_list_value(
        self, return_type: GraphQLList[Any], field_nodes: list[FieldNode], info: Any, path: Path, result: Any
    ) -> Any:
        """As graphql-core's, only quicker."""
        try:
            return self._plan(return_type, field_nodes)(result)
        except Exception:  # noqa: BLE001 resolvers may raise anything; graphql-core meets it again and reports it
            return super().complete_list_value(return_type, field_nodes, info, path, result)

    def _plan(self, return_type: GraphQLOutputType, nodes: list[FieldNode]) -> Complete:
        key = (return_type, *map(id, nodes))
        if key not in self._plans:
            self._plans[key] = self._completed(return_type, nodes)
        return self._plans[key]

    def _completed(self, kind: GraphQLOutputType, nodes: list[FieldNode]) -> Complete:
        if isinstance(kind, GraphQLNonNull):
            return _non_null(self._completed(kind.of_type, nodes))
        if isinstance(kind, GraphQLList):
            return _list(self._completed(kind.of_type, nodes))
        if is_leaf_type(kind):
            return _leaf(kind)
        if isinstance(kind, GraphQLObjectType) and not kind.is_type_of:
            return self._object(kind, nodes)
        raise Unplanned

    def _object(self, kind: GraphQLObjectType, nodes: list[FieldNode]) -> Complete:
        fields = [
            (name, self._resolved(kind, field, of_name), self._completed(field.type, of_name))
            for name, of_name in self.collect_subfields(kind, nodes).items()
            if (field := get_field_def(self.schema, kind, of_name[0]))
        ]

        def complete(value: Any) -> Any:
            if value is None:
                return None
            if isinstance(value, Exception) or hasattr(value, "__await__"):
                raise _left_alone(value)
            return {name: completed(resolved(value)) for name, resolved, completed in fields}

        return complete

    def _resolved(self, parent: GraphQLObjectType, field: GraphQLField, nodes: list[FieldNode]) -> Complete:
        resolve = field.resolve or self.field_resolver
        if iscoroutinefunction(resolve):
            raise Unplanned
        # The place in the answer differs from object to object; no resolver of ours asks for it.
        info = self.build_resolve_info(field, nodes, parent, Path(None, nodes[0].name.value, parent.name))
        arguments = get_argument_values(field, nodes[0], self.variable_values)
        if arguments:
            return lambda source: resolve(source, info, **arguments)
        return lambda source: resolve(source, info)


def _left_alone(value: Any) -> Unplanned:
    """graphql-core calls the resolver again: what this call began is ended, for nobody is going to wait for it."""
    if iscoroutine(value):
        value.close()
    return Unplanned()


def _non_null(completed: Complete) -> Complete:
    def complete(value: Any) -> Any:
        result = completed(value)
        if result is None:
            raise Unplanned
        return result

    return complete


def _list(completed: Complete) -> Complete:
    def complete(values: Any) -> Any:
        if values is None:
            return None
        if not isinstance(values, PLAIN_LISTS):
            raise _left_alone(values)
        return [completed(value) for value in values]

    return complete


def _leaf(kind: Any) -> Complete:
    serialize = kind.serialize

    def as_it_is(value: Any) -> Any:
        if value is Undefined or isinstance(value, Exception) or hasattr(value, "__await__"):
            raise _left_alone(value)
        return value

    def serialized(value: Any) -> Any:
        if as_it_is(value) is None:
            return None
        result = serialize(value)
        if result is None or result is Undefined:
            raise Unplanned
        return result

    return as_it_is if serialize is GraphQLScalarType.serialize else serialized
