"""The pages for people: files of `dashboard/` and the chart library, which load nothing from anywhere else."""

from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

FOLDER = Path(__file__).with_name("dashboard")
# Set-up brings it by npm. Where it is absent the page says so in place of its charts.
LIBRARY = FOLDER.parents[1] / "node_modules" / "uplot" / "dist"
HEADERS = {
    "content-security-policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def page(name: str) -> Response:
    """One page, with headers that keep foreign content out of it."""
    return HTMLResponse(_read(name), headers=HEADERS)


def library_routes(folder: Path = LIBRARY) -> list[BaseRoute]:
    """Where the chart library is; none where it is not installed, so that asking for it is answered with 404."""
    return [Mount("/static/vendor", StaticFiles(directory=folder))] if folder.is_dir() else []


def index(_: Request) -> Response:
    """The front page."""
    return page("index.html")


@cache
def _read(name: str) -> bytes:
    return (FOLDER / name).read_bytes()
