"""The first thing a request meets: GraphQL goes straight to its endpoint, everything else through the router."""

from starlette.applications import Starlette
from starlette.datastructures import State
from starlette.types import ASGIApp, Receive, Scope, Send

from viewcount_api.http.lingering import Lingering
from viewcount_api.http.observing import Observer

# The first is ours; the others are those that builds of the site's front end post to.
PATHS = ("/graphql", "/api/GetPlayCounts", "/gql", "/api/gql")
BODILESS = ("GET", "HEAD")


class Front:
    """The ASGI application as a whole; a router costs as much as a cached answer, so GraphQL passes it by."""

    def __init__(self, endpoint: ASGIApp, others: Starlette, observer: Observer) -> None:
        self._endpoints = {path + slash: endpoint for path in PATHS for slash in ("", "/")}
        self._others = others
        self._observed_others = observer.around(others)

    @property
    def state(self) -> State:
        """What belongs to the application as a whole."""
        return self._others.state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand one request or the lifespan on."""
        if scope["type"] != "http":
            await self._others(scope, receive, send)
            return
        app = self._endpoints.get(scope["path"], self._observed_others)
        if scope["method"] in BODILESS:
            await app(scope, receive, send)
        else:
            await Lingering(receive, send).run(app, scope)
