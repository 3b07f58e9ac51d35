"""The ASGI application."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from viewcount_api.execution.engine import Engine
from viewcount_api.exposition import metrics
from viewcount_api.health import healthz, readyz
from viewcount_api.http.connection import Terms
from viewcount_api.http.document_store import DocumentStore
from viewcount_api.http.endpoint import Endpoint
from viewcount_api.http.front import Front
from viewcount_api.http.observing import Observer
from viewcount_api.http.persisted_queries import PersistedQueries
from viewcount_api.http.subscriptions import Subscriptions
from viewcount_api.page_errors import PageErrors
from viewcount_api.pages import FOLDER, index, library_routes
from viewcount_api.reading.generation_watch import GenerationWatch
from viewcount_api.reading.lazy_redis import LazyRedis
from viewcount_api.reading.publications import Publications
from viewcount_api.reading.store import Store
from viewcount_core.settings import Settings, load_settings


def create_app(settings: Settings | None = None) -> Front:
    """The app; it starts whether or not its servers are there, and is ready when PostgreSQL is.

    Raise `ConfigurationError` when `settings` are not given and those of the environment are wrong.
    """
    settings = settings or load_settings()
    store = Store(settings)
    redis, engine, observer = LazyRedis(settings), Engine(settings, store), Observer(settings)
    subscriptions = Subscriptions(engine, Publications(store, redis), settings.api_max_streams)
    endpoint = Endpoint(settings, engine, PersistedQueries(DocumentStore(redis)), subscriptions, observer)
    others = Starlette(
        routes=[
            Route("/", index),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", metrics),
            Route("/client-errors", PageErrors(settings).take, methods=["POST"]),
            *library_routes(),
            Mount("/static", StaticFiles(directory=FOLDER / "static")),
        ],
        lifespan=_lifespan,
    )
    others.state.settings = settings
    others.state.store = store
    others.state.redis = redis
    others.state.subscriptions = subscriptions
    others.state.observer = observer
    others.state.watch = GenerationWatch(store)
    return Front(endpoint, others, observer)


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[dict[str, Terms]]:
    settings: Settings = app.state.settings
    watching = asyncio.create_task(app.state.watch.run())
    terms = Terms(
        settings.api_header_seconds,
        settings.api_max_header_bytes,
        app.state.subscriptions.end,
        app.state.observer.note_refusal,
    )
    yield {"terms": terms}
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
    await app.state.redis.close()
    await app.state.store.close()
