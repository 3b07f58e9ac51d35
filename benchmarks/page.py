"""How soon somebody who opens the page sees numbers, with nothing in the API's cache nor in the browser's.

python -m benchmarks.page --tracks 5000 --rounds 9
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import click
from selenium import webdriver

from benchmarks.api.servers import api, forget_tracks, valkey
from benchmarks.day_store import LAST_DAY
from benchmarks.figures import Figure, log, report
from benchmarks.history import settle, store_days, store_tracks
from benchmarks.home import own_database, own_home
from viewcount_core.database import Database
from viewcount_pipeline.rankings import rank_tracks
from viewcount_pipeline.sources.browser_choice import find_programs

DAYS = 31
MOST_NUMBERS_MILLISECONDS = 1000
PATIENCE_SECONDS = 20
# The instant of the frame in which the first of these is on the screen, in milliseconds since the page was asked for.
WATCH = """
const seen = (name, selector) => {
  const watch = new MutationObserver(() => {
    if (!document.querySelector(selector)) return;
    watch.disconnect();
    requestAnimationFrame(() => setTimeout(() => performance.mark(name)));
  });
  watch.observe(document, { childList: true, subtree: true });
};
seen("numbers", "#view-tracks tbody .number");
seen("lines", "#view-tracks tbody .sparkline");
seen("track", "#view-track .card .count");
seen("chart", "#view-track .chart canvas");
"""
TRACK = "/#/track/QZVCT0000099"
MARKED = "return performance.getEntriesByName(arguments[0])[0]?.startTime"


@click.command()
@click.option("--tracks", default=5000, show_default=True)
@click.option("--rounds", default=9, show_default=True)
def main(tracks: int, rounds: int) -> None:
    """Print the figures; exit 1 when a target is not met."""
    sys.exit(report(measure(tracks, rounds)))


def measure(tracks: int = 5000, rounds: int = 9) -> list[Figure]:
    """The list's numbers and lines, then a track's numbers and charts, each page loaded anew."""
    with own_home() as settings, own_database(settings) as database:
        log(f"page: storing {DAYS} days of {tracks:,} tracks x 2")
        _store(database, tracks)
        with valkey() as (_, redis_url), api(settings, redis_url) as server, _browser() as browser:

            def load(address: str, *names: str) -> tuple[float, ...]:
                forget_tracks(redis_url)
                browser.get("about:blank")
                browser.get(f"http://127.0.0.1:{server.port}{address}")
                return tuple(_marked(browser, name) for name in names)

            return [
                *_figures(rounds, lambda: load("/", "numbers", "lines"), "list", ("numbers", "lines")),
                *_figures(rounds, lambda: load(TRACK, "track", "chart"), "track", ("numbers", "charts")),
            ]


def _figures(rounds: int, load: Callable[[], tuple[float, ...]], page: str, names: tuple[str, ...]) -> Iterator[Figure]:
    loads = [load() for _ in range(rounds)]
    for name, milliseconds in zip(names, zip(*loads, strict=True), strict=True):
        limit = MOST_NUMBERS_MILLISECONDS if name == "numbers" else None
        yield Figure(f"page: {name} of the {page}, all cold", milliseconds, "ms", at_most=limit)


def _store(database: Database, tracks: int) -> None:
    store_tracks(database, tracks)
    store_days(database, tracks, LAST_DAY - timedelta(days=DAYS - 1), LAST_DAY, read_since=LAST_DAY)
    with database.transaction() as tx:
        tx.lock_derivation()
        tx.row("pipeline/upsert_track_trends", since=LAST_DAY)
        tx.row("pipeline/upsert_track_totals", since=LAST_DAY)
    with database.transaction() as tx:
        rank_tracks(tx)
    settle(database)


@contextmanager
def _browser() -> Iterator[webdriver.Chrome]:
    programs = find_programs(None)
    options = webdriver.ChromeOptions()
    options.binary_location = str(programs.browser)
    for argument in ("--headless", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1280,900"):
        options.add_argument(argument)
    driver = webdriver.Chrome(options, webdriver.ChromeService(str(programs.driver)))
    try:
        driver.execute_cdp_cmd("Network.enable", {})
        driver.execute_cdp_cmd("Network.setCacheDisabled", {"cacheDisabled": True})
        driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
        yield driver
    finally:
        driver.quit()


def _marked(browser: webdriver.Chrome, name: str) -> float:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if (at := browser.execute_script(MARKED, name)) is not None:
            return float(at)
        time.sleep(0.02)
    raise TimeoutError(f"no {name} on the page")


if __name__ == "__main__":
    main()
