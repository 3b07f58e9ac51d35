"""Play counts from Spotify's pages, read in a real browser."""

import logging
from collections.abc import Generator, Sequence
from datetime import datetime
from pathlib import Path

from viewcount_core.errors import ConfigurationError, ServerUnavailable, SourceError
from viewcount_core.records import Observation, Target
from viewcount_pipeline.scratch import owned_folder
from viewcount_pipeline.sources.browser import BrowserPlan
from viewcount_pipeline.sources.browser_choice import ADVICE, find_programs
from viewcount_pipeline.sources.browser_failures import BrowserLost
from viewcount_pipeline.sources.fleet import Fleet
from viewcount_pipeline.sources.stop_rule import StopRule
from viewcount_pipeline.sources.visit_run import VisitRun
from viewcount_pipeline.sources.visits import VisitQueue

logger = logging.getLogger(__name__)

REAL_URL = "https://open.spotify.com"
COMMAND_SECONDS = 15.0


class SpotifySource:
    """Reads track and album pages; the seconds are those of the settings of the same names.

    `scratch` is a folder for browser profiles, cleaned of what killed runs left there. `proxies` are used in turn,
    one a browser. Raise `ConfigurationError` for a proxy with a password, which browsers do not take.
    """

    def __init__(
        self,
        *,
        base_url: str = REAL_URL,
        tabs: int,
        pause_seconds: tuple[float, float],
        page_timeout_seconds: float,
        pages_per_browser: int,
        proxies: Sequence[str] = (),
        remote_url: str | None = None,
        binary: Path | None = None,
        scratch: Path,
        command_seconds: float = COMMAND_SECONDS,
    ) -> None:
        if any("@" in proxy for proxy in proxies):
            raise ConfigurationError(
                "SPOTIFY_PROXIES: a browser takes no user and password with a proxy; "
                "a valid value is SPOTIFY_PROXIES=http://proxy:3128"
            )
        self.stopped_by: SourceError | None = None
        self._base_url = base_url.rstrip("/")
        self._tabs, self._pause_seconds = tabs, pause_seconds
        self._page_timeout_seconds, self._pages_per_browser = page_timeout_seconds, pages_per_browser
        self._proxies, self._remote_url, self._binary = proxies, remote_url, binary
        self._scratch, self._command_seconds = scratch, command_seconds

    def observe(self, targets: Sequence[Target], deadline: datetime) -> Generator[list[Observation]]:
        """Exactly one observation for every target, in batches as pages are read; `deferred` from `deadline` on.

        `stopped_by` tells afterwards why it ended early, if it did. Raise `ServerUnavailable` before anything is asked
        when no browser starts.
        """
        self.stopped_by = None
        if not targets:
            return
        programs = None if self._remote_url else find_programs(self._binary)
        with owned_folder(self._scratch) as folder:
            plan = BrowserPlan(programs, self._remote_url, folder, self._command_seconds)
            fleet = self._fleet(plan)
            run = VisitRun(fleet, self._base_url, VisitQueue(targets), StopRule(self._tabs))
            try:
                _start_first(fleet)
                yield from run.batches(deadline)
            finally:
                fleet.end()
                self.stopped_by = run.stopped_by
                logger.info("spotify_pages_read targets=%d pages=%d", len(targets), run.pages)

    def _fleet(self, plan: BrowserPlan) -> Fleet:
        return Fleet(
            plan,
            tabs=self._tabs,
            pause_seconds=self._pause_seconds,
            page_timeout_seconds=self._page_timeout_seconds,
            pages_per_browser=self._pages_per_browser,
            proxies=self._proxies,
        )


def _start_first(fleet: Fleet) -> None:
    try:
        fleet.start()
    except BrowserLost as error:
        raise ServerUnavailable(f"the browser for Spotify's pages does not start ({error}): {ADVICE}") from error
