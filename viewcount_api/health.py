"""Whether this process lives, and whether it can answer."""

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from viewcount_api.reading.generation_watch import GenerationWatch
from viewcount_api.reading.store import Store
from viewcount_core.errors import ServerUnavailable

# Whoever asks decides by the answer where requests go, and does not wait for long.
ANSWER_SECONDS = 2.0


async def healthz(_: Request) -> Response:
    """200 as long as requests are handled at all."""
    return JSONResponse({"status": "ok"})


async def readyz(request: Request) -> Response:
    """200 when PostgreSQL answers, else 503; the cache is named but not needed."""
    is_ready = await _answers(request.app.state.watch, request.app.state.store)
    return JSONResponse(
        {
            "status": "ready" if is_ready else "not ready",
            "postgresql": "ok" if is_ready else "away",
            "cache": "away" if request.app.state.store.is_cache_away else "ok",
        },
        status_code=200 if is_ready else 503,
    )


async def _answers(watch: GenerationWatch, store: Store) -> bool:
    if not watch.is_ready:
        return False
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            await store.in_thread(store.generation)
    except (ServerUnavailable, TimeoutError):
        return False
    return True
