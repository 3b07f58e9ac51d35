"""The GraphQL endpoint: GraphQL over HTTP in raw ASGI, as a cached answer takes microseconds."""

import asyncio
import time
from collections.abc import AsyncGenerator

import orjson
from graphql import OperationType
from starlette.types import Receive, Scope, Send

from viewcount_api.access.clients import Clients, network_of
from viewcount_api.access.keys import Keys
from viewcount_api.errors import INTERNAL, REQUEST_TIMEOUT, error_body, failure_body
from viewcount_api.execution.engine import Engine
from viewcount_api.execution.operations import is_subscription, operation_type
from viewcount_api.http.body import SenderGone, read_body
from viewcount_api.http.calls import Call
from viewcount_api.http.cors import METHODS, Cors
from viewcount_api.http.event_stream import HEADERS, EventStream
from viewcount_api.http.negotiation import Media, accepts_events, is_json, wants_page
from viewcount_api.http.observing import NO_SNIFFING, Observer
from viewcount_api.http.parameters import Parameters, from_body, from_query_string
from viewcount_api.http.persisted_queries import PersistedQueries
from viewcount_api.http.refusals import TOO_MANY_STREAMS, RefusedRequest
from viewcount_api.http.replies import Reply
from viewcount_api.http.subscriptions import Subscriptions
from viewcount_api.http.writing import Writer, status_of
from viewcount_api.metrics import in_flight
from viewcount_api.pages import page
from viewcount_api.requests import Answer, GraphQLRequest
from viewcount_core.settings import Settings


class Endpoint:
    """An ASGI app for every path that GraphQL is asked under."""

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        persisted: PersistedQueries,
        subscriptions: Subscriptions,
        observer: Observer,
    ) -> None:
        self._settings = settings
        self._subscriptions = subscriptions
        self._observer = observer
        self._clients = Clients(settings.api_trusted_proxies)
        self._keys = Keys(settings.api_keys)
        self._engine = engine
        self._persisted = persisted
        self._cors = Cors(settings.api_cors_origins)
        self._writer = Writer(settings.api_max_age_seconds, self._cors)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        call = Call(scope, self._clients)
        if call.method == "GET" and not call.query_string and wants_page(call.headers.get(b"accept", b"")):
            await self._observer.around(page("explorer.html"))(scope, receive, send)
            return
        in_flight.inc()
        try:
            reply = await self._reply(call, receive)
        except RefusedRequest as refusal:
            reply = self._refusal(call, refusal)
        except asyncio.CancelledError:
            # The server stops and has waited long enough; there is still time to say so.
            reply = self._refusal(call, RefusedRequest(503, "The server is stopping.", code=REQUEST_TIMEOUT))
        except SenderGone:
            return  # nobody is there to read an answer
        except Exception as error:  # noqa: BLE001 whatever was not thought of gets a code and an id as well
            reply = self._failure(call, error)
        finally:
            in_flight.dec()
        reply.headers += ((b"x-request-id", call.id.encode()), NO_SNIFFING)
        await reply.send(send)
        self._observer.note(call, reply.status, len(reply.body))

    async def _reply(self, call: Call, receive: Receive) -> Reply:
        if call.method == "OPTIONS":
            return self._options(call)
        if call.method != "POST" and not call.is_reading:
            raise RefusedRequest(405, f"{call.method} is not answered here.", headers=[(b"allow", METHODS)])
        if call.media is None:
            raise RefusedRequest(406, f"Answers are {Media.GRAPHQL.value} or {Media.JSON.value}.")
        parameters = from_query_string(call.query_string) if call.is_reading else await self._read(call, receive)
        request = self._request_of(call, await self._persisted.query_of(parameters), parameters)
        if is_subscription(request, self._settings):
            return self._subscription(call, request, receive)
        answer = await self._answer(call, request, parameters)
        if call.media is Media.EVENTS:
            return self._stream(call, self._subscriptions.result(answer), receive)
        return await self._writer.reply(call, answer)

    async def _read(self, call: Call, receive: Receive) -> Parameters:
        settings = self._settings
        announced = call.headers.get(b"content-length")
        body = await read_body(receive, announced, settings.api_max_body_bytes, settings.api_body_seconds)
        if not is_json(call.headers.get(b"content-type", b"")):
            raise RefusedRequest(415, f"The body must be {Media.JSON.value} in UTF-8.")
        if call.headers.get(b"content-encoding", b"identity").lower() != b"identity":
            raise RefusedRequest(415, "The body must not be compressed.", headers=[(b"accept-encoding", b"identity")])
        call.started_at = time.perf_counter()  # how long a client takes to send says nothing of us
        return from_body(body)

    async def _answer(self, call: Call, request: GraphQLRequest, parameters: Parameters) -> Answer:
        answer = call.answer = await self._engine.answer(request)
        if not answer.is_executed:
            self._refuse_mutation(request)
        elif parameters.extensions:
            await self._persisted.keep(parameters)
        return answer

    def _request_of(self, call: Call, query: str, parameters: Parameters) -> GraphQLRequest:
        key = self._keys.name_of(call.headers) if self._keys.are_needed else None
        client = f"key {key}" if key else network_of(call.client)
        return GraphQLRequest(query, parameters.variables, parameters.operation_name, not call.is_reading, client, key)

    def _refuse_mutation(self, request: GraphQLRequest) -> None:
        if request.may_mutate:
            return
        if operation_type(request, self._settings) is OperationType.MUTATION:
            raise RefusedRequest(405, "Mutations are sent by POST.", headers=[(b"allow", b"POST")])

    def _subscription(self, call: Call, request: GraphQLRequest, receive: Receive) -> Reply:
        if not accepts_events(call.headers.get(b"accept", b"")):
            raise RefusedRequest(400, f"Subscriptions are answered as {Media.EVENTS.value}: name it in Accept.")
        if self._subscriptions.are_too_many:
            message = "Too many subscriptions are open."
            raise RefusedRequest(503, message, code=TOO_MANY_STREAMS, headers=[(b"retry-after", b"60")])
        return self._stream(call, self._subscriptions.events(request), receive)

    def _stream(self, call: Call, events: AsyncGenerator[bytes], receive: Receive) -> EventStream:
        if call.method == "HEAD":
            raise RefusedRequest(405, "A stream has no head of its own.", headers=[(b"allow", b"GET, POST")])
        headers = [*HEADERS, *self._cors.headers(call.headers.get(b"origin"))]
        return EventStream(200, b"", headers, events, receive)

    def _refusal(self, call: Call, refusal: RefusedRequest) -> Reply:
        body = orjson.dumps(error_body(str(refusal), refusal.code))
        answer = call.answer = Answer(body, is_executed=False, codes=(refusal.code,))
        status = refusal.status or status_of(call, answer)
        return self._writer.plain(call, answer, status, refusal.headers)

    def _failure(self, call: Call, error: Exception) -> Reply:
        call.answer = Answer(orjson.dumps(failure_body(error)), is_executed=False, codes=(INTERNAL,))
        return self._writer.plain(call, call.answer, 500)

    def _options(self, call: Call) -> Reply:
        requested = call.headers.get(b"access-control-request-headers")
        headers = self._cors.preflight(call.headers.get(b"origin"), requested)
        vary = [(b"vary", b"Origin")] if self._cors.varies else []
        return Reply(204, b"", [(b"allow", METHODS), *headers, *vary])
