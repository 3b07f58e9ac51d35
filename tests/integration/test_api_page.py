"""The pages in a real browser: they work without any other host, in light and dark, and say nothing to the console."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from tests.api_fixtures import Api, add_tracks, running, settings_for
from viewcount_core.database import Database

BROWSER, DRIVER = Path("/usr/lib/chromium/chromium-headless-shell"), Path("/usr/bin/chromedriver")
ISRC = "USUG11904206"

pytestmark = pytest.mark.skipif(not (BROWSER.exists() and DRIVER.exists()), reason="needs Debian's headless Chromium")


@pytest.fixture
def browser() -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = str(BROWSER)
    for argument in ("--headless", "--no-sandbox", "--disable-dev-shm-usage", "--remote-debugging-pipe"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(str(DRIVER)))
    yield driver
    driver.quit()


@pytest.fixture
def api(database: Database, redis_url: str) -> Iterator[Api]:
    add_tracks(database, [ISRC])
    with running(settings_for(database, redis_url)) as api:
        yield api


def test_a_person_sends_a_query_by_keyboard_and_sees_the_answer(api, browser):
    home = str(api.client.base_url)
    browser.get(home)
    browser.find_element(By.LINK_TEXT, "Try the API").click()
    browser.find_element(By.ID, "query").send_keys(Keys.CONTROL, Keys.ENTER)
    answer = browser.find_element(By.ID, "answer")
    WebDriverWait(browser, 20).until(lambda _: ISRC in answer.text)
    assert '"viewCountDataJson": {}' in answer.text

    browser.find_element(By.ID, "fields").click()
    WebDriverWait(browser, 20).until(lambda _: "refreshViewCounts" in answer.text)
    assert browser.get_log("browser") == []
    assert requested_elsewhere(browser, home) == []


def requested_elsewhere(browser: webdriver.Chrome, home: str) -> list[str]:
    lines = [str(entry["message"]) for entry in browser.get_log("performance")]
    urls = [
        line.split('"url":"')[1].split('"')[0]
        for line in lines
        if "Network.requestWillBeSent" in line and '"url":"' in line
    ]
    return [url for url in urls if not url.startswith((home.rstrip("/"), "data:"))]


def test_the_page_follows_the_readers_wish_for_dark(api, browser):
    colours = set()
    for scheme in ("light", "dark"):
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        browser.get(f"{api.client.base_url}/graphql")
        colours.add(browser.find_element(By.LINK_TEXT, "viewcount").value_of_css_property("color"))
    assert len(colours) == 2
