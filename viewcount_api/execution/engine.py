"""Answers one GraphQL request: from the whole answers that are kept, or by executing it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from inspect import isawaitable

import orjson
from graphql import (
    ExecutionResult,
    GraphQLError,
    default_field_resolver,
    default_type_resolver,
)
from graphql.execution.execute import CollectedErrors

from viewcount_api.access.mutations import MutationGate
from viewcount_api.context import Context
from viewcount_api.errors import RETRY_AFTER, bad_input, format_errors, timed_out
from viewcount_api.execution.lru import Lru
from viewcount_api.execution.planned import PlannedExecution
from viewcount_api.execution.preparing import Preparation, Prepared, RefusedOperation
from viewcount_api.reading.cache_reader import Stamp
from viewcount_api.reading.store import Store
from viewcount_api.reading.under_way import UnderWay
from viewcount_api.requests import NOTHING, Answer, GraphQLRequest
from viewcount_api.schema import build_schema
from viewcount_core.settings import Settings

# Introspection needs no database and takes long.
KEPT_INTROSPECTIONS, KEPT_BYTES = 64, 4_000_000


class Engine:
    """The schema with everything its resolvers need."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._schema = build_schema()
        self._preparation = Preparation(settings, self._schema)
        self._gate = MutationGate(settings, store)
        self._under_way: UnderWay[Answer] = UnderWay()
        self._introspections: Lru[str, Answer] = Lru(KEPT_INTROSPECTIONS, KEPT_BYTES)

    async def answer(self, request: GraphQLRequest) -> Answer:
        """The answer, errors included; nothing is raised for what a client may send."""
        try:
            prepared = self._preparation.of(request)
        except RefusedOperation as refusal:
            return _refused(refusal.errors)
        except GraphQLError as error:
            return _refused([error])
        seconds = self._settings.api_request_seconds
        try:
            async with asyncio.timeout(seconds):
                return await self._answer(prepared, request)
        except GraphQLError as error:
            return _refused([error], prepared)
        except TimeoutError:
            return _refused([timed_out(seconds)], prepared)

    async def _answer(self, prepared: Prepared, request: GraphQLRequest) -> Answer:
        if not prepared.is_query:
            await self._admit(prepared, request)
        if prepared.is_introspection:
            return await self._introspected(prepared)
        if prepared.lifetime_seconds:
            return await self._kept(prepared)
        return await self._executed(prepared, root=request.publication)

    async def _admit(self, prepared: Prepared, request: GraphQLRequest) -> None:
        if not request.may_mutate:
            raise bad_input("Only queries can be asked this way.")
        if prepared.changes:
            await self._gate.admit(request, prepared.changes)

    async def _kept(self, prepared: Prepared) -> Answer:
        self._store.demand.note(prepared.variables)
        cached = await self._store.answer(prepared.key)
        if cached.body is not None and cached.stamp is not None:
            return Answer(
                cached.body, True, prepared.name, prepared.asked, (), cached.stamp.generation, is_from_cache=True
            )
        seen = (prepared.key, cached.stamp, self._store.refreshes)
        answer = await self._under_way.get(seen, partial(self._made, prepared, cached.stamp))
        # Operations of different names may ask the same.
        return answer if answer.operation == prepared.name else replace(answer, operation=prepared.name)

    async def _made(self, prepared: Prepared, stamp: Stamp | None) -> Answer:
        answer = await self._executed(prepared, stamp)
        if stamp and not answer.codes:
            self._store.keep_answer(prepared.key, answer.body, stamp, prepared.lifetime_seconds)
        return answer

    async def _introspected(self, prepared: Prepared) -> Answer:
        answer = self._introspections.get(prepared.key)
        if answer is None:
            answer = await self._executed(prepared)
            if not answer.codes:
                self._introspections.put(prepared.key, answer, len(answer.body))
        return answer

    async def _executed(self, prepared: Prepared, stamp: Stamp | None = None, root: object = None) -> Answer:
        execution = PlannedExecution(
            self._schema,
            prepared.fragments,
            root,
            Context.of(self._settings, self._store),
            prepared.operation,
            prepared.variables,
            default_field_resolver,
            default_type_resolver,
            default_field_resolver,
            CollectedErrors(),
            None,
            None,
        )
        return _encoded(await _result(execution, root), prepared, stamp)


async def _result(execution: PlannedExecution, root: object) -> ExecutionResult:
    """As graphql-core's `execute`, which would coerce the variables again."""
    errors = execution.collected_errors.errors
    try:
        result = execution.execute_operation(execution.operation, root)
        data = await result if isawaitable(result) else result
    except GraphQLError as error:
        errors.append(error)
        data = None
    return execution.build_response(data, errors)


def _encoded(result: ExecutionResult, prepared: Prepared, stamp: Stamp | None) -> Answer:
    body: dict[str, object] = {"data": result.data}
    codes: tuple[str, ...] = ()
    if result.errors:
        errors = body["errors"] = format_errors(result.errors)
        codes = tuple(str(error["extensions"]["code"]) for error in errors)
    generation = stamp.generation if stamp else None
    return Answer(orjson.dumps(body), True, prepared.name, prepared.asked, codes, generation)


def _refused(errors: Sequence[GraphQLError], prepared: Prepared | None = None) -> Answer:
    name, asked = (prepared.name, prepared.asked) if prepared else ("", NOTHING)
    formatted = format_errors(errors)
    codes = tuple(str(error["extensions"]["code"]) for error in formatted)
    later = formatted[0]["extensions"].get(RETRY_AFTER)
    return Answer(orjson.dumps({"errors": formatted}), False, name, asked, codes, retry_after_seconds=later)
