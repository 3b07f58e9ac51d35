"""A small Spotify of a test's own: chosen tracks and faults, every request remembered, and a source that reads it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from viewcount_core import clock
from viewcount_core.records import Observation, Service, Target
from viewcount_local.emulators.catalog import EmulatedTrack
from viewcount_local.emulators.faults import Faults
from viewcount_local.emulators.growth import Growth
from viewcount_local.emulators.process import serving
from viewcount_local.emulators.spotify import create_app
from viewcount_pipeline.sources.spotify import SpotifySource

GROWTH = Growth(1)


class ChosenFaults(Faults):
    """Faults of chosen pages instead of a share of all; those of the pages in `once` pass with the first visit."""

    def __init__(self, chosen: dict[str, Sequence[str]], once: Sequence[str] = ()) -> None:
        super().__init__({kind: 0.5 for kind in chosen})
        self._chosen, self._once = chosen, once

    def hits(self, kind: str, *what: object) -> bool:
        return what[0] in self._chosen.get(kind, ()) and not (what[0] in self._once and what[-1] != 1)


@dataclass
class Requests:
    """What browsers asked for, with the headers."""

    app: ASGIApp
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode(): value.decode() for name, value in scope.get("headers", [])}
        self.seen.append((scope["path"], headers))
        await self.app(scope, receive, send)

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.seen]


@contextmanager
def spotify(
    tracks: Sequence[EmulatedTrack],
    faults: Faults | None = None,
    *,
    latency_ms: int = 0,
    script_delay_ms: int = 20,
) -> Iterator[tuple[str, Requests]]:
    """Base URL of an emulator in a thread, and its requests."""
    app = create_app(tracks, GROWTH, faults or Faults(), latency_ms=latency_ms, script_delay_ms=script_delay_ms)
    requests = Requests(app)
    with serving(requests) as url:  # type: ignore[arg-type]
        yield url, requests


def track(name: str, album: str | None = None, isrc_number: int | None = None) -> EmulatedTrack:
    """A track whose id is its name, filled up to the length of a real one."""
    number = isrc_number if isrc_number is not None else sum(map(ord, name)) * 31 % 99_991
    return EmulatedTrack(f"USABC24{number:05d}", f"The {name}", "Artist", "Album", None, track_id(name), album)


def track_id(name: str) -> str:
    return f"{name.replace('_', ''):z<22}"[:22]


def targets_of(tracks: Sequence[EmulatedTrack]) -> list[Target]:
    return [Target(t.isrc, t.spotify_track_id or "", t.title, t.spotify_album_id) for t in tracks]


def source(url: str, scratch: Path, **changed: Any) -> SpotifySource:
    """A source with short times, reading with two tabs."""
    settings: dict[str, Any] = {
        "tabs": 2,
        "pause_seconds": (0.0, 0.0),
        "page_timeout_seconds": 10.0,
        "pages_per_browser": 400,
        "command_seconds": 8.0,
    }
    return SpotifySource(base_url=url, scratch=scratch, **settings | changed)


def observe(reader: SpotifySource, targets: Sequence[Target], seconds: float = 120) -> list[Observation]:
    """All observations of one run."""
    batches = reader.observe(targets, clock.utc_now() + timedelta(seconds=seconds))
    return [observation for batch in batches for observation in batch]


def true_count(track_id: str, streams: int | None = None) -> int:
    """The count the emulator shows for the track today."""
    return GROWTH.count(Service.SPOTIFY, track_id, clock.utc_now(), streams)
