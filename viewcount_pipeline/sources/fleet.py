"""The browser at work and its tabs: started, replaced when it is lost or old, ended. One at a time."""

import logging
import random
import time
from collections.abc import Sequence
from itertools import cycle

from viewcount_pipeline.sources.browser import Browser, BrowserPlan
from viewcount_pipeline.sources.browser_failures import BrowserLost, NotReady, TabLost
from viewcount_pipeline.sources.tabs import Tab
from viewcount_pipeline.sources.visits import Visit

logger = logging.getLogger(__name__)

_START_TRIES = 2


class Fleet:
    """One browser after the other, each with the next proxy, for at most `pages_per_browser` pages each."""

    def __init__(
        self,
        plan: BrowserPlan,
        *,
        tabs: int,
        pause_seconds: tuple[float, float],
        page_timeout_seconds: float,
        pages_per_browser: int,
        proxies: Sequence[str],
    ) -> None:
        self.tabs: list[Tab] = []
        self._plan, self._tab_count = plan, tabs
        self._pause_seconds, self._page_timeout_seconds = pause_seconds, page_timeout_seconds
        self._pages_per_browser, self._pages = pages_per_browser, 0
        self._proxies = cycle(proxies or [None])
        self._browser: Browser | None = None

    @property
    def busy(self) -> list[Tab]:
        """Tabs with a page under way."""
        return [tab for tab in self.tabs if tab.visit]

    @property
    def free(self) -> list[Tab]:
        """Tabs that may be sent to a page now; none while an old browser runs out."""
        now = time.monotonic()
        return [] if self.is_old else [tab for tab in self.tabs if not tab.visit and tab.rest_until <= now]

    @property
    def is_old(self) -> bool:
        """Whether this browser has had its share of pages."""
        return self._pages >= self._pages_per_browser

    def start(self) -> None:
        """End the browser at work, if any, and start the next; raise `BrowserLost` when none comes up."""
        rests = [tab.rest_until for tab in self.tabs]
        for trial in range(_START_TRIES):
            self.end()
            try:
                self._browser = self._plan.start(next(self._proxies))
                self.tabs = [self._new_tab(self._browser) for _ in range(self._tab_count)]
                break
            except (BrowserLost, TabLost, NotReady) as error:
                logger.warning("browser_not_started reason=%s", error)
                if trial + 1 == _START_TRIES:
                    self.end()
                    raise BrowserLost(str(error)) from error
        self._pages = 0
        self._stagger(rests)

    def send(self, tab: Tab, base_url: str, visit: Visit) -> None:
        """Send a free tab to a page; raise `TabLost` or `BrowserLost`."""
        self._pages += 1
        tab.start(base_url, visit)

    def release(self, tab: Tab) -> None:
        """The tab's page is read: rest for a random while."""
        tab.visit = None
        tab.rest_until = time.monotonic() + random.uniform(*self._pause_seconds)

    def replace(self, tab: Tab) -> None:
        """Put a new tab in the place of a lost one; raise `BrowserLost`."""
        try:
            fresh = self._new_tab(tab.browser)
        except (TabLost, NotReady) as error:
            raise BrowserLost(f"no new tab opens: {error}") from error
        fresh.rest_until = time.monotonic() + random.uniform(*self._pause_seconds)
        self.tabs[self.tabs.index(tab)] = fresh
        try:
            tab.browser.close_tab(tab.handle)
        except (TabLost, NotReady):
            logger.debug("lost_tab_not_closed")

    def end(self) -> None:
        """No process of the browser is left afterwards."""
        browser, self._browser, self.tabs = self._browser, None, []
        if browser:
            browser.end()

    def _new_tab(self, browser: Browser) -> Tab:
        return Tab(browser, browser.open_tab(), self._page_timeout_seconds)

    def _stagger(self, rests: Sequence[float]) -> None:
        """Tabs go on with the rests they had; new ones do not all begin in the same instant."""
        lowest, highest = self._pause_seconds
        now = time.monotonic()
        for number, tab in enumerate(self.tabs):
            tab.rest_until = rests[number] if rests else now + (random.uniform(lowest, highest) if number else 0.0)
