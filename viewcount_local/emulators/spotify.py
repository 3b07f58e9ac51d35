"""The Spotify emulator: track and album pages whose numbers a script writes after a while, as the real app does."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from viewcount_core import clock
from viewcount_local.emulators.catalog import EmulatedTrack
from viewcount_local.emulators.faults import Faults
from viewcount_local.emulators.growth import Growth
from viewcount_local.emulators.spotify_pages import CAPTCHA, EMPTY_SHELL, Library, Page, write_html

_ASSETS = {"css": "text/css", "png": "image/png", "ico": "image/x-icon", "woff2": "font/woff2"}
_ASSET_BYTES = 20_000
_REFUSALS = (403, 429)
_BREAKDOWNS = (500, 502, 503)


def create_app(
    tracks: Sequence[EmulatedTrack],
    growth: Growth,
    faults: Faults,
    *,
    latency_ms: int = 0,
    script_delay_ms: int = 100,
) -> Starlette:
    """An app that serves `/track/ID` and `/album/ID` of these tracks; every answer waits `latency_ms`, every number
    `script_delay_ms` more."""
    site = _Site(Library(tracks, growth, faults, script_delay_ms), faults, latency_ms / 1000)
    return Starlette(
        routes=[
            Route("/track/{page_id}", site.show(site.library.track_page)),
            Route("/album/{page_id}", site.show(site.library.album_page)),
            Route("/assets/{name}", site.asset),
            Route("/{rest:path}", site.nowhere),
        ]
    )


class _Site:
    """Answers requests; counts the visits of each page, so that a passing fault passes."""

    def __init__(self, library: Library, faults: Faults, latency_seconds: float) -> None:
        self.library = library
        self._faults, self._latency_seconds = faults, latency_seconds
        self._visits: Counter[str] = Counter()

    def show(self, page_of: Callable[[str, int], Page]) -> Callable[[Request], Awaitable[Response]]:
        """An endpoint for one kind of page."""

        async def answer(request: Request) -> Response:
            page_id: str = request.path_params["page_id"]
            self._visits[page_id] += 1
            await asyncio.sleep(self._latency_seconds)
            return self._refusal(page_id) or self._page(request, page_of(page_id, self._visits[page_id]))

        return answer

    async def asset(self, request: Request) -> Response:
        """Styles, images and fonts: bytes of the right kind."""
        await asyncio.sleep(self._latency_seconds)
        ending = request.path_params["name"].rpartition(".")[2]
        content = b"/**/" if ending == "css" else bytes(_ASSET_BYTES)
        return Response(content, media_type=_ASSETS.get(ending, "application/octet-stream"))

    async def nowhere(self, request: Request) -> Response:
        """Any other address."""
        await asyncio.sleep(self._latency_seconds)
        return HTMLResponse(write_html(Page.not_found(), str(request.url)), status_code=404)

    def _page(self, request: Request, page: Page) -> Response:
        return HTMLResponse(write_html(page, str(request.url)), status_code=page.http_status)

    def _refusal(self, page_id: str) -> Response | None:
        occasion = (page_id, clock.utc_now().date(), self._visits[page_id])
        for kind, statuses in (("blocked", _REFUSALS), ("server_error", _BREAKDOWNS)):
            if self._faults.hits(kind, *occasion):
                status = statuses[int(self._faults.share(f"{kind}_status", *occasion) * len(statuses))]
                return PlainTextResponse(f"HTTP {status}", status_code=status)
        if self._faults.hits("captcha", *occasion):
            return HTMLResponse(CAPTCHA)
        return HTMLResponse(EMPTY_SHELL) if self._faults.hits("empty_shell", *occasion) else None
