"""One run through all visits: hand pages to tabs, collect outcomes, try again where that can help, stop in time."""

import logging
import time
from collections.abc import Iterator
from datetime import datetime

from viewcount_core import clock
from viewcount_core.errors import SourceError, SourceUnavailable
from viewcount_core.records import Observation, Service, Status
from viewcount_pipeline.sources.answers import Answers
from viewcount_pipeline.sources.browser_failures import BrowserLost, NotReady, TabLost
from viewcount_pipeline.sources.fleet import Fleet
from viewcount_pipeline.sources.spotify_count import Reading
from viewcount_pipeline.sources.stop_rule import REFUSALS, StopRule
from viewcount_pipeline.sources.tabs import Outcome, Tab
from viewcount_pipeline.sources.visits import Question, Visit, VisitQueue

logger = logging.getLogger(__name__)

# A page that loses its tab or its browser is tried this often in all.
TRIES = 3
# Browsers lost one after the other without a single page read.
BARREN_BROWSERS = 5
_PASSING = frozenset({Status.TIMEOUT, Status.BLOCKED, Status.ERROR})
_SHORTEST_NAP_SECONDS, _LONGEST_NAP_SECONDS = 0.002, 0.25


class VisitRun:
    """Reads every visit of `queue` with the tabs of `fleet`, which has been started."""

    def __init__(self, fleet: Fleet, base_url: str, queue: VisitQueue, rule: StopRule) -> None:
        self.pages = 0
        self._fleet, self._base_url, self._queue, self._rule = fleet, base_url, queue, rule
        self._answers = Answers(queue.questions)
        self._failed_second_tries = 0
        self._barren_browsers = 0
        self._broken: SourceError | None = None

    @property
    def stopped_by(self) -> SourceError | None:
        """Why it ended before all was asked; None when it did not, or when the deadline ended it."""
        return self._rule.stopped_by or self._broken

    def batches(self, deadline: datetime) -> Iterator[list[Observation]]:
        """Observations as pages are read; in the end one for every target."""
        while (self._queue or self._fleet.busy) and not self.stopped_by and clock.utc_now() < deadline:
            batch = self._turn()
            if batch:
                yield batch
            elif not self.stopped_by:
                self._nap()
        reason = str(self.stopped_by) if self.stopped_by else "no time left"
        if rest := self._answers.give_up(reason, clock.utc_now()):
            yield rest

    def _turn(self) -> list[Observation]:
        batch: list[Observation] = []
        try:
            self._hand_out(batch)
            self._collect(batch)
        except BrowserLost as error:
            self._recover(error, batch)
        return batch

    def _hand_out(self, batch: list[Observation]) -> None:
        if self._fleet.is_old and not self._fleet.busy and self._queue:
            logger.info("browser_replaced reason=age")
            self._fleet.start()
        for tab in self._fleet.free:
            visit = self._queue.take()
            if visit is None:
                return
            try:
                self._fleet.send(tab, self._base_url, visit)
            except NotReady:
                continue  # the first look tells
            except TabLost as error:
                self._give_up_tab(tab, error, batch)

    def _collect(self, batch: list[Observation]) -> None:
        """Look at every tab that is due; what was read before a browser is lost stays in `batch`."""
        now = time.monotonic()
        for tab in self._fleet.busy:
            if tab.next_look_at > now or self.stopped_by:
                continue
            try:
                if outcome := tab.look():
                    self._withdraw(tab)
                    batch += self._settle(outcome)
            except TabLost as error:
                self._give_up_tab(tab, error, batch)

    def _give_up_tab(self, tab: Tab, error: TabLost, batch: list[Observation]) -> None:
        batch += self._lose(self._withdraw(tab), error)
        self._fleet.replace(tab)

    def _withdraw(self, tab: Tab) -> Visit:
        visit = tab.visit
        assert visit
        self._fleet.release(tab)
        self._queue.close(visit)
        return visit

    def _settle(self, outcome: Outcome) -> list[Observation]:
        self.pages += 1
        self._barren_browsers = 0
        at = clock.utc_now()
        if outcome.visit.kind == "album":
            self._rule.note(outcome.page)
            return self._settle_album(outcome, at)
        return self._settle_track(outcome.visit, outcome.readings[outcome.visit.page_id], at)

    def _settle_album(self, outcome: Outcome, at: datetime) -> list[Observation]:
        batch: list[Observation] = []
        rest: list[Question] = []
        for question in outcome.visit.questions:
            reading = outcome.readings.get(question.track_id)
            if reading:
                batch += self._answers.give(question, reading, at)
            else:
                rest.append(question)
        self._queue.add_tracks(rest)
        return batch

    def _settle_track(self, visit: Visit, reading: Reading, at: datetime) -> list[Observation]:
        question = visit.questions[0]
        is_second = question.failure is not None
        if not is_second:
            self._rule.note(reading)
            if reading.status in _PASSING and not self.stopped_by:
                question.failure = (reading, at)
                self._queue.add_second(visit)
                return []
        batch = self._answers.give(question, reading, at)
        return batch + (self._note_second(reading) if is_second else [])

    def _note_second(self, reading: Reading) -> list[Observation]:
        """Second tries are a courtesy: a few that fail in a row end them, and say nothing of the service."""
        self._failed_second_tries = self._failed_second_tries + 1 if reading.status in _PASSING else 0
        if self._failed_second_tries < REFUSALS:
            return []
        batch: list[Observation] = []
        for visit in self._queue.drop_second():
            question = visit.questions[0]
            if question.failure:
                batch += self._answers.give(question, *question.failure)
            else:
                self._queue.add_suspect(visit)
        return batch

    def _lose(self, visit: Visit, error: TabLost | BrowserLost) -> list[Observation]:
        """The page took its tab with it, or was open when the browser died: try again, later and not for ever."""
        visit.losses += 1
        logger.warning("page_lost page=%s reason=%s", visit.path, error)
        if visit.losses < TRIES and visit.kind == "track":
            again = self._queue.add_suspect if isinstance(error, BrowserLost) else self._queue.add_second
            again(visit)
            return []
        if visit.kind == "album":
            self._queue.add_tracks(visit.questions)
            return []
        return self._answers.give(visit.questions[0], Reading(Status.ERROR, reason=str(error)), clock.utc_now())

    def _recover(self, error: BrowserLost, batch: list[Observation]) -> None:
        """Start another browser; every page that was open counts as lost with the old one."""
        logger.warning("browser_replaced reason=%s", error)
        for tab in self._fleet.busy:
            batch += self._lose(self._withdraw(tab), error)
        self._barren_browsers += 1
        try:
            if self._barren_browsers >= BARREN_BROWSERS:
                raise error
            self._fleet.start()
        except BrowserLost as last:
            self._broken = SourceUnavailable(Service.SPOTIFY, f"the browser does not stay up ({last})")

    def _nap(self) -> None:
        """Sleep until a tab is due or free again."""
        looks = [tab.next_look_at for tab in self._fleet.busy]
        rests = [tab.rest_until for tab in self._fleet.tabs if not tab.visit] if self._queue else []
        now = time.monotonic()
        until = min([*looks, *rests], default=now)
        time.sleep(min(max(until - now, _SHORTEST_NAP_SECONDS), _LONGEST_NAP_SECONDS))
