"""The page in a real browser: it shows the right numbers, to everybody, and says nothing to other hosts."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest
import redis
from selenium import webdriver
from selenium.webdriver.common.keys import Keys

from tests.api_fixtures import Api, Relay, execute, running, settings_for
from tests.browser import Visit, chromium, needs_browser
from tests.derivation import Derivation
from viewcount_api.pages import LIBRARY
from viewcount_core.database import Database
from viewcount_core.records import Service
from viewcount_core.settings import Settings
from viewcount_local.supervisor import Servers
from viewcount_pipeline.catalog.reading import Catalog
from viewcount_pipeline.catalog.rows import CatalogTrack
from viewcount_pipeline.publishing import publish
from viewcount_pipeline.track_store import add_tracks

pytestmark = needs_browser

ISRC, QUIET = "USVCT2600001", "USVCT2600002"
TRACKS = [
    CatalogTrack(ISRC, "Déjà Vu", "Beyoncé", "B'Day", "dQw4w9WgXcQ", "0VjIjW4GlUZAMYd2vXMi3b"),
    CatalogTrack(QUIET, "Never Counted", "Nobody"),
    *(
        CatalogTrack(f"USVCT26{number:05}", f"Filler {number}", "Band", None, f"{number:011}")
        for number in range(10, 50)
    ),
]
TODAY = datetime.now(UTC).date()
DAYS = [TODAY - timedelta(days=age) for age in range(9, 0, -1)]
SPIKE = DAYS[5]
YOUTUBE, SPOTIFY = 1_400_000_000, 600_000
CONTRAST = """
const channel = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
const ground = (e) => { const c = parts(getComputedStyle(e).backgroundColor);
  return c.length === 3 || c[3] === 1 ? c : e.parentElement ? ground(e.parentElement) : [255, 255, 255]; };
const low = [];
for (const e of document.querySelectorAll("body *")) {
  const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
  if (!own || !e.getClientRects().length || e.closest("svg, .unseen")) continue;
  const [a, b] = [light(parts(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
  if ((a + 0.05) / (b + 0.05) < 4.5) low.push(e.textContent.trim());
}
return low;
"""
VIEWS = ["/#/", "/#/search/band", f"/#/search/{'x' * 60}", f"/#/track/{ISRC}", "/#/movers", "/#/state"]


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    with chromium() as driver:
        yield driver


@pytest.fixture(scope="module")
def cache_url(servers: Servers) -> str:
    """A cache that no other test empties."""
    url = f"{servers.redis_url}/1"
    with redis.Redis.from_url(url) as cache:
        cache.flushdb()
    return url


@pytest.fixture(scope="module")
def counted(shared_database: Database, cache_url: str) -> Database:
    """Nine days: one track on both services with a spike, one that nobody counted, and forty more."""
    add_tracks(shared_database, Catalog("test", TRACKS, []), TODAY)
    derivation = Derivation(shared_database)
    for age, day in enumerate(DAYS):
        at = datetime.combine(day, time(12), UTC)
        derivation.observe(ISRC, at, YOUTUBE + 1_000 * age, Service.YOUTUBE)
        derivation.observe(ISRC, at, SPOTIFY + 500 * age, Service.SPOTIFY)
        for place, track in enumerate(TRACKS[2:]):
            if day in DAYS[-2:]:
                derivation.observe(track.isrc, at, 1_000 * (place + 1) + age)
    derivation.rebuild(DAYS[0], DAYS[-1])
    add_anomaly(shared_database, Service.YOUTUBE, "spike", SPIKE)
    add_anomaly(shared_database, Service.SPOTIFY, "drop", TODAY)
    publish(shared_database, settings_for(shared_database, cache_url), str(uuid4()))
    return shared_database


def add_anomaly(database: Database, service: Service, kind: str, day: date) -> None:
    execute(
        database,
        "insert into anomalies (isrc, service_id, kind, severity, first_day, last_day, opened_on, observed_count, "
        "expected_low, expected_high, state, resolution, closed_on) values (:isrc, :service, :kind, 'warning', :day, "
        ":day, :day, 1400005000, 1400004100, 1400004900, 'closed', 'recovered', :day)",
        isrc=ISRC,
        service=service.value,
        kind=kind,
        day=day,
    )


@pytest.fixture(scope="module")
def api(counted: Database, cache_url: str) -> Iterator[Api]:
    with running(settings_for(counted, cache_url)) as api:
        yield api


@pytest.fixture
def visit(api: Api, browser: webdriver.Chrome) -> Iterator[Visit]:
    """A visit without a word in the console and without a request to elsewhere, from beginning to end."""
    visit = Visit(browser, str(api.client.base_url))
    yield visit
    assert visit.console() == []
    assert [request["url"] for request in visit.requests() if not request["url"].startswith(visit.home)] == []
    visit.prefer()
    visit.forget()


def numbers(text: str) -> list[str]:
    return re.findall("[+\N{MINUS SIGN}]?[\\d,.]+%?", text)


def test_the_list_begins_with_the_most_played_and_goes_on_when_scrolled(visit):
    visit.open()
    row = visit.await_text("tbody tr", "Déjà Vu")
    assert "Beyoncé" in row
    assert numbers(row.partition("Beyoncé")[2])[:4] == ["1,400,008,000", "604,000", "1,400,612,000", "0.00%"]
    assert "+10,500" in row
    titles = visit.texts("tbody .song a")
    assert titles[1] == "Filler 49"
    visit.run("scrollTo(0, document.body.scrollHeight)")
    visit.until(lambda: len(visit.all("tbody tr")) == 41)
    assert visit.texts("tbody .song a")[-1] == "Filler 10"
    assert len(set(visit.texts("tbody .rank"))) == 41


def test_rows_get_a_line_of_plays_a_day_when_they_are_seen(visit):
    visit.open()
    line = visit.find("tbody tr .sparkline")
    assert line.get_attribute("aria-label") == "Between 1.5K and 1.5K plays a day, lastly 1.5K"


def test_a_search_forgives_accents_says_how_many_it_found_and_ends_with_escape(visit):
    visit.open()
    visit.find("#search").send_keys("BEYONCE dej")
    visit.until(lambda: visit.texts("tbody .song a") == ["Déjà Vu"])
    assert visit.texts("#notice") == ["1 track found"]
    assert visit.driver.current_url.endswith("/#/search/BEYONCE%20dej")
    visit.press("x")
    visit.await_text("#view-tracks .panel", "No track is called or performed by")
    visit.press(Keys.ESCAPE)
    visit.until(lambda: len(visit.all("tbody tr")) > 1)
    visit.find("#search").send_keys("us-vct-26-00001")
    visit.until(lambda: visit.texts("tbody .song a") == ["Déjà Vu"])
    visit.press(Keys.ESCAPE)
    visit.until(lambda: len(visit.all("tbody tr")) > 1)
    assert visit.find("#search").get_attribute("value") == ""


def test_a_track_shows_the_history_of_both_services_with_what_was_unusual(visit):
    visit.open(f"/#/track/{ISRC}")
    visit.find(".cards")
    assert visit.texts(".card .count") == ["1,400,008,000", "604,000", "1,400,612,000"]
    assert numbers(visit.texts(".card.spotify dl")[0]) == ["+0.08%", "+500", "+0.58%", "+3,500"]
    assert [link.get_attribute("href") for link in visit.all(".facts a")] == [
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        "https://open.spotify.com/track/0VjIjW4GlUZAMYd2vXMi3b",
    ]
    assert (
        "Grew far more than usual counted 1,400,005,000, expected 1,400,004,100 to 1,400,004,900"
        in (visit.texts(".anomalies li")[1])
    )
    chart = visit.find(".chart.youtube .canvas")
    assert "between 1,000 and 1,000" in chart.get_attribute("aria-label")
    assert "Grew far more than usual" in chart.get_attribute("aria-label")
    # It has no count yet, and no day in the history.
    assert "Grew far less than usual" in visit.find(".chart.spotify .canvas").get_attribute("aria-label")
    visit.find(".days summary").send_keys(Keys.ENTER)
    rows = visit.until(lambda: visit.texts(".days tbody tr"))
    assert rows[0].endswith("1,400,007,000+1,000")


@pytest.mark.skipif(not LIBRARY.exists(), reason="the chart library is not installed: make set_up brings it")
def test_charts_are_drawn_and_drawn_anew_for_another_measure(visit):
    visit.open(f"/#/track/{ISRC}")
    visit.until(lambda: len(visit.all(".chart canvas")) == 2)
    assert "1,000 plays a day" in visit.find(".chart.youtube .readout").text
    visit.find("#show-total + span").click()
    visit.await_text(".chart.youtube .readout", "1,400,008,000 plays in all")
    assert visit.driver.current_url.endswith("?show=total")
    assert len(visit.all(".chart canvas")) == 2


def test_back_leads_to_the_list_as_it_was(visit):
    visit.open("/#/?by=SPOTIFY")
    visit.find("tbody .song a").click()
    visit.find("#view-track .cards")
    assert visit.focused() == "Déjà Vu"
    assert visit.driver.title == "Déjà Vu - viewcount"
    visit.driver.back()
    visit.find("tbody tr")
    assert visit.focused() == "Déjà Vu"
    assert visit.driver.title == "viewcount"
    assert visit.all("input[name=by]:checked")[0].get_attribute("value") == "SPOTIFY"


def test_all_of_it_works_by_keyboard(visit):
    visit.open()
    visit.find("tbody tr")
    visit.press(Keys.TAB)
    assert visit.focused() == "Skip to content"
    visit.press("/", "filler 4")
    visit.until(lambda: "Filler 49" in visit.texts("tbody .song a")[:1])
    visit.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_UP)
    assert visit.focused() == "Filler 48"
    visit.press(Keys.ENTER)
    visit.await_text("#view-track h1", "Filler 48")
    visit.press(Keys.ESCAPE)
    visit.find("#view-tracks")
    assert visit.focused() == "Filler 48"
    assert visit.driver.current_url.endswith("/#/search/filler%204")


def test_enter_leads_to_what_was_typed_and_back_to_what_was_before(visit):
    visit.open()
    visit.find("tbody tr")
    visit.press("/", "filler 4", Keys.ENTER)
    visit.until(lambda: visit.focused() == "Filler 49")
    visit.press("/")
    visit.driver.back()
    visit.await_text("tbody tr", "Déjà Vu")
    assert visit.find("#search").get_attribute("value") == ""


def test_a_slow_answer_is_announced(visit):
    visit.open()
    visit.find("tbody tr")
    with visit.slow(2000):
        visit.find("nav a[data-view=movers]").click()
        visit.await_text("#view-movers .panel", "Loading")
        visit.await_text("#movers li", "Déjà Vu")
    assert visit.all("#view-movers .panel") == []


def test_movers_are_bars_in_their_order(visit):
    visit.open("/#/movers?service=SPOTIFY")
    row = visit.await_text("#movers li", "Déjà Vu")
    assert "+0.58%" in row
    assert "+3.5K" in row
    visit.find("input[name=direction][value=DOWN] + span").click()
    visit.until(lambda: visit.driver.current_url.endswith("direction=DOWN&service=SPOTIFY"))
    assert "the slowest first" in visit.find("#movers-meaning").text
    visit.run("document.querySelector('#movers a').focus(); document.activeElement.dataset.old = 'yes'")
    visit.run("document.dispatchEvent(new Event('visibilitychange'))")
    visit.until(lambda: visit.all("#movers a") and not visit.all("#movers a[data-old]"))
    assert visit.focused() == visit.texts("#movers a")[0]


def test_the_state_is_told_in_words(visit):
    visit.open("/#/state")
    visit.await_text(".card.youtube", "Last counted")
    assert "These counts come from emulated services" in visit.find("#state .panel").text
    assert "Publications so far1" in visit.texts("#state .facts-list")[2]
    assert visit.find("#lamp").get_attribute("class") == "lamp poor"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_light_and_in_dark(visit, scheme):
    visit.prefer(prefers_color_scheme=scheme)
    grounds = set()
    for view in VIEWS:
        visit.open(view)
        visit.find("#view-tracks tbody tr, #view-tracks .panel, #view-track .card, #movers li, #state .card")
        assert visit.run(CONTRAST) == []
        grounds.add(visit.run("return getComputedStyle(document.body).backgroundColor"))
    assert grounds == {"rgb(251, 250, 248)" if scheme == "light" else "rgb(20, 21, 23)"}


def test_a_phone_shows_every_view_without_scrolling_sideways(visit):
    with visit.phone(360):
        for view in VIEWS:
            visit.open(view)
            visit.find("#view-tracks tbody tr, #view-tracks .panel, #view-track .card, #movers li, #state .card")
            assert visit.run("return document.documentElement.scrollWidth") <= 360, view
        visit.open()
        assert "YouTube" not in visit.find("tbody tr .brief").text
        assert visit.find("tbody tr .brief").text == "1.4B"


def test_a_track_that_nobody_counted_or_knows_is_said_to_be_that(visit):
    visit.open(f"/#/track/{QUIET}")
    visit.await_text("#track .panel", "It has not been counted yet.")
    visit.open("/#/track/USVCT2699999")
    visit.await_text("#view-track .panel", "No track of the catalog has this ISRC.")
    visit.open("/#/track/nonsense")
    visit.await_text("#view-track .panel", "This is no ISRC")
    visit.open("/#/constructor")
    visit.await_text("tbody tr", "Déjà Vu")


def test_an_empty_database_says_what_to_do(database, redis_url, browser):
    with running(settings_for(database, redis_url)) as api:
        visit = Visit(browser, str(api.client.base_url))
        visit.open()
        assert "viewcount run" in visit.await_text("#view-tracks .panel", "Nothing is counted yet.")
        visit.forget()


def test_an_error_is_told_kindly_and_tried_again(counted, redis_url, browser):
    relay = Relay(counted.url.port or 5432)
    relay.mend()
    url = counted.url.set(drivername="postgresql", port=relay.port).render_as_string(hide_password=False)
    with running(settings_for(counted, redis_url, DATABASE_URL=url)) as api:
        visit = Visit(browser, str(api.client.base_url))
        relay.cut()
        visit.open()
        panel = visit.await_text("#view-tracks .panel", "cannot be read at the moment")
        assert "Traceback" not in panel
        assert visit.texts("#notice")[0] in panel
        relay.mend()
        visit.until(api.is_ready)
        visit.find("#view-tracks .panel button").click()
        visit.await_text("tbody tr", "Déjà Vu")
        assert visit.all("#view-tracks .panel") == []
        assert visit.console() == []
        visit.forget()
    relay.cut()


def test_a_server_that_is_gone_and_charts_that_are_missing_are_told_too(api, browser):
    visit = Visit(browser, str(api.client.base_url))
    with visit.without("/static/vendor/"):
        visit.open(f"/#/track/{ISRC}")
        visit.await_text(".chart.youtube", "its library is not installed")
        assert visit.texts(".card .count")[0] == "1,400,008,000"
    visit.open()
    visit.find("tbody tr")
    with visit.without("/graphql"):
        visit.find("input[value=YOUTUBE] + span").click()
        visit.await_text("#view-tracks .panel", "The server does not answer.")
    visit.find("#view-tracks .panel button").click()
    visit.until(lambda: not visit.all("#view-tracks .panel"))
    with visit.without("/graphql"):
        visit.run("document.dispatchEvent(new Event('visibilitychange'))")
        visit.await_text("#view-tracks .panel", "The server does not answer.")
        assert visit.all("tbody tr"), "which are as they were"
        visit.find("#search").send_keys("filler")
        visit.until(lambda: not visit.all("tbody tr"))
    assert not [one for one in visit.requests() if one["url"].endswith("/client-errors")]
    visit.forget()


def test_an_error_in_a_script_is_reported_a_few_times(api, browser):
    visit = Visit(browser, str(api.client.base_url))
    visit.open()
    row = visit.find("tbody tr")
    visit.run("window.getSelection = null")
    for _ in range(7):
        row.click()
    reports: list[dict[str, object]] = []

    def reported() -> bool:
        reports.extend(one for one in visit.requests() if one["url"].endswith("/client-errors"))
        return len(reports) >= 5

    visit.until(reported)
    assert len(reports) == 5
    told = json.loads(str(reports[0]["postData"]))
    assert told["message"] == "Uncaught TypeError: getSelection is not a function"
    assert "openByRow" in told["stack"]
    visit.forget()


def test_new_counts_appear_without_a_hand_on_the_page(database, redis_url, browser):
    settings = settings_for(database, redis_url)
    add_tracks(database, Catalog("test", TRACKS[:1], []), TODAY)
    count_and_publish(database, settings, DAYS[-1], YOUTUBE)
    with running(settings) as api:
        visit = Visit(browser, str(api.client.base_url))
        visit.open()
        visit.await_text("tbody tr", "1,400,000,000")
        count_and_publish(database, settings, TODAY, YOUTUBE + 1_000)
        visit.await_text("tbody tr", "1,400,001,000")
        assert visit.console() == []
        visit.forget()


def count_and_publish(database: Database, settings: Settings, day: date, count: int) -> None:
    derivation = Derivation(database)
    derivation.observe(ISRC, datetime.combine(day, time(), UTC), count)
    derivation.rebuild(day)
    publish(database, settings, str(uuid4()))
