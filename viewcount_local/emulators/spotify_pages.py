"""What the pages of the Spotify emulator show, faults included; not how they are served."""

import html
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

import orjson

from viewcount_core import clock
from viewcount_core.records import Service
from viewcount_local.emulators.catalog import EmulatedTrack
from viewcount_local.emulators.faults import Faults
from viewcount_local.emulators.growth import Growth

CAPTCHA = "<!DOCTYPE html><title>Spotify</title><body><h1>Please complete the captcha to prove you are human</h1>"
EMPTY_SHELL = '<!DOCTYPE html><title>Spotify</title><body><div id="main"></div>'

_TEMPLATE = Path(__file__).with_name("spotify_page.html").read_text(encoding="utf-8")
_SEPARATORS = (".", "\u00a0", "\u202f", "\u2009")
_STALE = timedelta(days=3)
_ROUNDINGS = ((1_000_000_000, "B"), (1_000_000, "M"), (1_000, "K"))


@dataclass(frozen=True, slots=True)
class Page:
    """A document: its status and head, and the scenes its script shows one after the other."""

    title: str
    scenes: tuple[dict[str, Any], ...] = ()
    http_status: int = 200
    delay_ms: int = 0
    has_consent_banner: bool = False
    crashes: bool = False
    hangs: bool = False

    @classmethod
    def not_found(cls, http_status: int = 404) -> Self:
        """A page that does not exist; the real app says so with status 200 as well."""
        return cls("Page not found", ({"kind": "not_found"},), http_status)


@dataclass(frozen=True)
class Library:
    """All pages of a catalog. A method's `visit` is how often the page was asked for: passing faults depend on it."""

    tracks: Sequence[EmulatedTrack]
    growth: Growth
    faults: Faults
    delay_ms: int
    _by_track: dict[str, int] = field(default_factory=dict)
    _by_album: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for number, track in enumerate(self.tracks):
            if track.spotify_track_id and track.spotify_track_id not in self._by_track:
                self._by_track[track.spotify_track_id] = number
                if track.spotify_album_id:
                    self._by_album[track.spotify_album_id].append(number)

    def track_page(self, page_id: str, visit: int) -> Page:
        """The page of a track id."""
        number = self._by_track.get(page_id)
        if number is None:
            return Page.not_found()
        if self.faults.hits("not_found", page_id):
            return Page.not_found(404 if self.faults.share("not_found_status", page_id) < 0.5 else 200)
        scenes = [self._scene(number)]
        if self.faults.hits("wrong_track", page_id):
            scenes = [self._scene(self._neighbour(number))]
        elif self.faults.hits("stale_dom", page_id):
            scenes.insert(0, self._scene(self._neighbour(number)))
        return self._presented(Page(_head_title(self.tracks[number]), tuple(scenes)), page_id, visit)

    def album_page(self, page_id: str, visit: int) -> Page:
        """The page of an album id with the catalog's tracks of it."""
        numbers = self._by_album.get(page_id, [])
        if not numbers:
            return Page.not_found()
        shown = [self._scene(number) for number in numbers if not self._lacks_row(number)]
        title = self.tracks[numbers[0]].album or f"Album {page_id}"
        scene = {"kind": "album", "id": page_id, "title": title, "tracks": shown}
        return self._presented(Page(f"{title} | Spotify", (scene,)), page_id, visit)

    def _presented(self, page: Page, page_id: str, visit: int) -> Page:
        occasion = (page_id, clock.utc_now().date(), visit)
        return replace(
            page,
            scenes=() if self.faults.hits("never_rendered", *occasion) else page.scenes,
            delay_ms=self.delay_ms * (10 if self.faults.hits("slow", *occasion) else 1),
            has_consent_banner=self.faults.hits("consent_banner", *occasion),
            crashes=self.faults.hits("crash", *occasion),
            hangs=self.faults.hits("hang", *occasion),
        )

    def _scene(self, number: int) -> dict[str, Any]:
        track = self.tracks[number]
        return {
            "kind": "track",
            "id": track.spotify_track_id,
            "title": _title(track),
            "artist": track.artist or "",
            "count": self._count_text(track),
        }

    def _count_text(self, track: EmulatedTrack) -> str | None:
        page_id = track.spotify_track_id
        assert page_id
        if self.faults.hits("missing_number", page_id):
            return None
        if self.faults.hits("below_threshold", page_id):
            return "<1,000"
        count = self._count(track, page_id)
        if self.faults.hits("rounded", page_id):
            return _rounded(count)
        text = f"{count:,}"
        if self.faults.hits("lost_digits", page_id):
            text = text.rpartition(",")[0] or text
        if self.faults.hits("other_locale", page_id):
            text = text.replace(",", _SEPARATORS[int(self.faults.share("separator", page_id) * len(_SEPARATORS))])
        return text

    def _count(self, track: EmulatedTrack, page_id: str) -> int:
        if self.faults.hits("zero", page_id):
            return 0
        at = clock.utc_now() - (_STALE if self.faults.hits("stale", page_id) else timedelta())
        return self.growth.count(Service.SPOTIFY, page_id, at, track.spotify_streams)

    def _lacks_row(self, number: int) -> bool:
        return self.faults.hits("row_missing", self.tracks[number].spotify_track_id)

    def _neighbour(self, number: int) -> int:
        """Another track with a page, or the same where there is no other."""
        known = list(self._by_track.values())
        return known[(known.index(number) + 1) % len(known)]


def write_html(page: Page, address: str) -> str:
    """The document; `address` is where its head says that it is."""
    state = orjson.dumps(asdict(page)).decode().replace("<", "\\u003c")
    return (
        _TEMPLATE.replace("{{title}}", html.escape(page.title))
        .replace("{{address}}", html.escape(address))
        .replace("{{page}}", state)
    )


def _title(track: EmulatedTrack) -> str:
    return track.title or f"Track {track.spotify_track_id}"


def _head_title(track: EmulatedTrack) -> str:
    return f"{_title(track)} - song and lyrics by {track.artist or 'unknown'} | Spotify"


def _rounded(count: int) -> str:
    return next((f"{count / size:.1f}{letter}" for size, letter in _ROUNDINGS if count >= size), str(count))
