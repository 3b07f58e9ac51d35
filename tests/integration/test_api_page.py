"""The page to try the API on, in a real browser: it needs no other host, and says nothing to the console."""

from collections.abc import Iterator

import pytest
from selenium.webdriver.common.keys import Keys

from tests.api_fixtures import Api, add_tracks, running, settings_for
from tests.browser import Visit, chromium, needs_browser
from viewcount_core.database import Database

ISRC = "USUG11904206"

pytestmark = needs_browser


@pytest.fixture(scope="module")
def browser():
    with chromium() as driver:
        yield driver


@pytest.fixture
def api(database: Database, redis_url: str) -> Iterator[Api]:
    add_tracks(database, [ISRC])
    with running(settings_for(database, redis_url)) as api:
        yield api


@pytest.fixture
def visit(api: Api, browser) -> Visit:
    return Visit(browser, str(api.client.base_url))


def test_a_person_sends_a_query_by_keyboard_and_sees_the_answer(visit):
    visit.open()
    visit.find("nav a[href='/graphql']").click()
    visit.find("#query").send_keys(Keys.CONTROL, Keys.ENTER)
    assert '"viewCountDataJson": {}' in visit.await_text("#answer", ISRC)

    visit.find("#fields").click()
    visit.await_text("#answer", "refreshViewCounts")
    assert visit.console() == []
    assert [request["url"] for request in visit.requests() if not request["url"].startswith(visit.home)] == []


def test_the_page_follows_the_readers_wish_for_dark(visit):
    colours = set()
    for scheme in ("light", "dark"):
        visit.prefer(prefers_color_scheme=scheme)
        visit.open("/graphql")
        colours.add(visit.find("p a").value_of_css_property("color"))
    assert len(colours) == 2
