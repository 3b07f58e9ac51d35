"""One tab at work: it is sent to a page and looked at, never waited for, until the page can be judged."""

import time
from dataclasses import dataclass, field

from viewcount_pipeline.sources.browser import Browser
from viewcount_pipeline.sources.browser_failures import NotReady
from viewcount_pipeline.sources.spotify_count import Reading
from viewcount_pipeline.sources.spotify_page import (
    LOOK_SCRIPT,
    Page,
    is_whole_album,
    judge_document,
    judge_late,
    judge_rows,
    judge_track,
)
from viewcount_pipeline.sources.visits import Visit

# Looks come at a tenth of the page's age: quick pages are read at once, slow ones do not eat the processor.
_AGE_SHARE, _SHORTEST_SECONDS, _LONGEST_SECONDS = 0.1, 0.01, 0.25


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one visit: a reading for each track it answered for, and one of the page where that is all it says.

    `page` is None for an album page with rows.
    """

    visit: Visit
    readings: dict[str, Reading]
    page: Reading | None


@dataclass(eq=False, slots=True)
class Tab:
    """A tab of `browser`; instants are of the monotonic clock, in seconds."""

    browser: Browser
    handle: str
    timeout_seconds: float
    rest_until: float = 0.0
    visit: Visit | None = None
    _asked_at: float = 0.0
    next_look_at: float = 0.0
    _last_document_ms: float = 0.0
    _page: Page | None = None
    _rows: dict[str, Reading] = field(default_factory=dict)
    _row_ids: set[str] = field(default_factory=set)

    def start(self, base_url: str, visit: Visit) -> None:
        """Send the tab to the visit's page."""
        self.visit, self._page = visit, None
        self._rows, self._row_ids = {}, set()
        self._asked_at = time.monotonic()
        self._plan_look()
        self.browser.go(self.handle, base_url + visit.path)

    def look(self) -> Outcome | None:
        """The visit's outcome, None while it may still change; raise `TabLost` or `BrowserLost`."""
        assert self.visit
        self._see()
        self._plan_look()
        outcome = self._judge_album(self.visit) if self.visit.kind == "album" else self._judge_track(self.visit)
        if outcome and self._page:
            self._last_document_ms = self._page.started_at_ms
        return outcome

    def _see(self) -> None:
        try:
            page = Page.from_look(self.browser.look(self.handle, LOOK_SCRIPT))
        except NotReady:
            return
        # The document of the visit before stays until the first byte of the next one is there.
        if page.started_at_ms != self._last_document_ms and page.url not in ("about:blank", "data:,"):
            self._page = page

    def _judge_track(self, visit: Visit) -> Outcome | None:
        question = visit.questions[0]
        reading = judge_track(self._page, question.track_id, question.titles) if self._page else None
        if reading is None and self._is_late():
            reading = judge_late(self._page, question.track_id, question.titles)
        return Outcome(visit, {question.track_id: reading}, reading) if reading else None

    def _judge_album(self, visit: Visit) -> Outcome | None:
        refusal = judge_document(self._page) if self._page else None
        if self._page:
            self._gather_rows(self._page, visit.page_id)
        is_done = all(question.track_id in self._rows for question in visit.questions)
        is_done = is_done or bool(self._page and is_whole_album(self._page, len(self._row_ids)))
        if not (is_done or refusal or self._is_late()):
            return None
        if self._rows:
            return Outcome(visit, self._rows, None)
        return Outcome(visit, {}, refusal or judge_late(self._page, visit.page_id, ()))

    def _gather_rows(self, page: Page, album_id: str) -> None:
        rows = judge_rows(page, album_id)
        self._rows.update({track: reading for track, reading in rows.items() if reading.status.is_answer})
        self._row_ids.update(rows)

    def _is_late(self) -> bool:
        return time.monotonic() - self._asked_at >= self.timeout_seconds

    def _plan_look(self) -> None:
        now = time.monotonic()
        pause = (now - self._asked_at) * _AGE_SHARE
        self.next_look_at = now + min(max(pause, _SHORTEST_SECONDS), _LONGEST_SECONDS)
