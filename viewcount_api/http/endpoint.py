"""The GraphQL endpoint: a JSON body in, a JSON body out, and a page for people who look."""

from typing import Any

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from viewcount_api.errors import error_body
from viewcount_api.execution.engine import Engine
from viewcount_api.pages import page
from viewcount_api.requests import GraphQLRequest
from viewcount_core.settings import Settings

JSON_TYPE = "application/json"


class RefusedRequest(Exception):
    """The request is no GraphQL request; carries the HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Endpoint:
    """An ASGI app for one path."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self._max_body_bytes = settings.api_max_body_bytes
        self._engine = engine

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        response = await self._respond(request)
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        if request.method == "GET":
            return page("explorer.html")
        if request.method != "POST":
            return Response(status_code=405, headers={"allow": "GET, POST"})
        try:
            answer = await self._engine.answer(await self._read(request))
        except RefusedRequest as error:
            return Response(orjson.dumps(error_body(str(error))), error.status, media_type=JSON_TYPE)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it
        return Response(answer.body, 200 if answer.is_executed else 400, media_type=JSON_TYPE)

    async def _read(self, request: Request) -> GraphQLRequest:
        """Raise `RefusedRequest`."""
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != JSON_TYPE:
            raise RefusedRequest(415, f"The body must be of type {JSON_TYPE}.")
        try:
            return _request_of(orjson.loads(await self._body(request)))
        except orjson.JSONDecodeError:
            raise RefusedRequest(400, "The body is not JSON.") from None

    async def _body(self, request: Request) -> bytes:
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > self._max_body_bytes:
                raise RefusedRequest(413, f"The body is longer than {self._max_body_bytes} bytes.")
        return bytes(body)


def _request_of(data: Any) -> GraphQLRequest:
    if not isinstance(data, dict):
        raise RefusedRequest(400, "The body must be a JSON object.")
    query, variables, name = data.get("query"), data.get("variables"), data.get("operationName")
    if not isinstance(query, str) or not query:
        raise RefusedRequest(400, "The query must be a string.")
    if variables is not None and not isinstance(variables, dict):
        raise RefusedRequest(400, "The variables must be an object.")
    if name is not None and not isinstance(name, str):
        raise RefusedRequest(400, "The operation name must be a string.")
    return GraphQLRequest(query, variables or {}, name)
