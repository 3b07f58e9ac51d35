"""GraphQL over HTTP: a JSON body in, a JSON body out, and a page for people who look."""

from typing import Any

import orjson
from ariadne.asgi.handlers import GraphQLHTTPHandler
from ariadne.explorer import Explorer
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from viewcount_api.errors import error_body
from viewcount_api.pages import page
from viewcount_core.settings import Settings

JSON_TYPE = "application/json"


class RefusedRequest(Exception):
    """The request is no GraphQL request; carries the HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class JsonHandler(GraphQLHTTPHandler):
    """Ariadne's handler with limits on the body, and coded errors for what is no GraphQL request."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._max_body_bytes = settings.api_max_body_bytes

    async def graphql_http_server(self, request: Request) -> Response:
        """Answer one POST."""
        try:
            data = await self.extract_data_from_request(request)
        except RefusedRequest as error:
            return _json(error_body(str(error)), error.status)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it
        success, result = await self.execute_graphql_query(request, data)
        return await self.create_json_response(request, result, success)

    async def extract_data_from_request(self, request: Request) -> Any:
        """The body's JSON. Raise `RefusedRequest`."""
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != JSON_TYPE:
            raise RefusedRequest(415, f"The body must be of type {JSON_TYPE}.")
        try:
            return orjson.loads(await self._body(request))
        except orjson.JSONDecodeError:
            raise RefusedRequest(400, "The body is not JSON.") from None

    async def create_json_response(self, request: Request, result: dict[str, Any], success: bool) -> Response:
        """200 for whatever was executed, errors in fields included; 400 for what could not be."""
        was_executed = result.get("data") is not None or any("path" in error for error in result.get("errors", ()))
        if not was_executed:
            result.pop("data", None)
        return _json(result, 200 if was_executed else 400)

    async def render_explorer(self, request: Request, explorer: Explorer) -> Response:
        """The page that sends queries by hand."""
        return page("explorer.html")

    async def _body(self, request: Request) -> bytes:
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > self._max_body_bytes:
                raise RefusedRequest(413, f"The body is longer than {self._max_body_bytes} bytes.")
        return bytes(body)


def _json(content: Any, status: int) -> Response:
    return Response(orjson.dumps(content), status, media_type=JSON_TYPE)
