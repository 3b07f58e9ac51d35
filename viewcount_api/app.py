"""The ASGI application."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from ariadne.asgi import GraphQL
from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from viewcount_api.context import Context
from viewcount_api.documents import document_parser, validate_document
from viewcount_api.errors import format_error
from viewcount_api.generation_watch import GenerationWatch
from viewcount_api.health import healthz, readyz
from viewcount_api.http import JsonHandler
from viewcount_api.pages import FOLDER, index
from viewcount_api.schema import build_schema
from viewcount_api.store import Store
from viewcount_core.settings import Settings, load_settings

# Ariadne logs every error whole, a bad query of 100 kB included; ours are logged where they get their code.
SILENT = logging.getLogger("viewcount_api.silent")
SILENT.setLevel(logging.CRITICAL + 1)


def create_app(settings: Settings | None = None) -> Starlette:
    """The app; it starts whether or not its servers are there, and is ready when PostgreSQL is.

    Raise `ConfigurationError` when `settings` are not given and those of the environment are wrong.
    """
    settings = settings or load_settings()
    store = Store(settings)
    app = Starlette(
        routes=[
            Route("/", index),
            Route("/graphql", _graphql(settings, store)),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Mount("/static", StaticFiles(directory=FOLDER / "static")),
        ],
        lifespan=_lifespan,
    )
    app.state.store = store
    app.state.watch = GenerationWatch(store)
    return app


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    watching = asyncio.create_task(app.state.watch.run())
    yield
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
    await app.state.store.close()


def _graphql(settings: Settings, store: Store) -> GraphQL:
    return GraphQL(
        build_schema(),
        context_value=lambda request, data: Context.of(settings, store),
        query_parser=document_parser(settings),
        query_validator=validate_document,
        error_formatter=format_error,
        logger=SILENT,
        http_handler=JsonHandler(settings),
    )
