"""What a look at a Spotify page means: pure rules over what `spotify_page.js` saw, no browser here.

A page is judged again and again while it loads. `judge_*` answer None as long as waiting may help; `judge_late` says
what it was when the time is over.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

from viewcount_core.records import Status
from viewcount_pipeline.sources.spotify_count import Reading, read_count

LOOK_SCRIPT = Path(__file__).with_name("spotify_page.js").read_text(encoding="utf-8")

_BLOCKED_STATUSES = frozenset({401, 403, 429})
_GONE_STATUSES = frozenset({404, 410, 451})
_NOT_FOUND = re.compile(r"page not found|couldn.t find (?:that|the|this) \w+", re.IGNORECASE)
_CHALLENGE = re.compile(r"captcha|not a robot|(?:you are|you're|are you) (?:a )?human|unusual traffic", re.IGNORECASE)
_ASIDE = re.compile(r"\s*[(\[].*$|\s+-\s+.*$")


@dataclass(frozen=True, slots=True)
class Page:
    """One look at a document: its answer, its evidence of identity, its counts as written."""

    url: str
    started_at_ms: float
    http_status: int
    is_complete: bool
    document_title: str
    section_id: str | None
    canonical_id: str | None
    heading: str | None
    count_text: str | None
    rows: tuple[tuple[str | None, str | None], ...]
    expected_rows: int | None
    text: str
    is_rendered: bool
    has_scripts: bool
    has_challenge: bool

    @classmethod
    def from_look(cls, seen: Mapping[str, Any]) -> Self:
        """What the script returned."""
        values = {field.name: seen[field.name] for field in fields(cls)}
        values["rows"] = tuple((row[0], row[1]) for row in seen["rows"])
        return cls(**values)


def judge_track(page: Page, track_id: str, titles: Iterable[str]) -> Reading | None:
    """The reading of a track page, None while it may still change."""
    if page.count_text and shows_track(page, track_id, titles):
        return read_count(page.count_text)
    return judge_document(page)


def judge_rows(page: Page, album_id: str) -> dict[str, Reading]:
    """What the rows of an album page say, by track id; empty while it shows another album."""
    if page.section_id not in (None, album_id):
        return {}
    return {track: read_count(text) for track, text in page.rows if track and text}


def is_whole_album(page: Page, seen_rows: int) -> bool:
    """Whether every row the album page announces has been seen with a count."""
    return page.expected_rows is not None and seen_rows >= page.expected_rows > 0


def judge_document(page: Page) -> Reading | None:
    """What a page without a count says of itself: refused, gone, broken; None while it may still render."""
    if page.url.startswith("chrome-error:"):
        return Reading(Status.ERROR, reason="the page cannot be reached")
    if page.http_status >= 400:
        return Reading(_status_of(page.http_status), reason=f"HTTP {page.http_status}")
    if page.is_rendered:
        return None
    if page.has_challenge or _CHALLENGE.search(page.text):
        return Reading(Status.BLOCKED, reason="captcha", raw_text=page.text[:100] or None)
    if _NOT_FOUND.search(page.text):
        return Reading(Status.UNAVAILABLE, reason="page not found", raw_text=page.text[:100])
    if page.is_complete and not page.has_scripts and not page.text:
        return Reading(Status.BLOCKED, reason="empty shell")
    return None


def judge_late(page: Page | None, track_id: str, titles: Iterable[str]) -> Reading:
    """What a page was that gave no count in time."""
    if page is None:
        return Reading(Status.TIMEOUT, reason="no page came")
    if page.count_text:
        shown = page.section_id or page.canonical_id or page.heading
        return Reading(Status.MISMATCH, reason=f"the page shows {shown}", raw_text=page.count_text)
    if page.is_rendered and shows_track(page, track_id, titles):
        return Reading(Status.PARSE_ERROR, reason="the page shows the track without a count")
    if page.is_complete and not page.is_rendered and not page.text:
        return Reading(Status.BLOCKED, reason="empty shell")
    return Reading(Status.TIMEOUT, reason="the count did not appear")


def shows_track(page: Page, track_id: str, titles: Iterable[str]) -> bool:
    """Whether what is rendered is this track.

    The id on the rendered section decides. Without one, a title of the catalog does, or else the address in the
    page's head together with a heading that agrees with the head's title: a head that is right says nothing about
    a body left over from another page.
    """
    if page.section_id:
        return page.section_id == track_id
    if not page.heading:
        return False
    if any(same_title(page.heading, title) for title in titles):
        return page.canonical_id in (None, track_id)
    return page.canonical_id == track_id and _letters(page.heading) in _letters(page.document_title)


def same_title(shown: str, known: str) -> bool:
    """Whether two spellings of a title mean the same: case, accents, punctuation and a trailing aside are ignored."""
    if not _letters(shown) or not _letters(known):
        return False
    plain_shown, plain_known = (_letters(_ASIDE.sub("", title)) for title in (shown, known))
    return _letters(shown) == _letters(known) or plain_shown == plain_known != ""


def _letters(title: str) -> str:
    decomposed = unicodedata.normalize("NFKD", title.casefold())
    return "".join(letter for letter in decomposed if letter.isalnum())


def _status_of(http_status: int) -> Status:
    if http_status in _BLOCKED_STATUSES:
        return Status.BLOCKED
    return Status.UNAVAILABLE if http_status in _GONE_STATUSES else Status.ERROR
