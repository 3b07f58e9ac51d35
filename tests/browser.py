"""A person's browser: headless Chromium with its console and its requests at hand."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

BROWSER, DRIVER = Path("/usr/lib/chromium/chromium-headless-shell"), Path("/usr/bin/chromedriver")
PATIENCE_SECONDS = 20
# Rows are exchanged while somebody looks.
WAITED_FOR = [StaleElementReferenceException]

needs_browser = pytest.mark.skipif(
    not (BROWSER.exists() and DRIVER.exists()), reason="needs Debian's headless Chromium"
)


@contextmanager
def chromium() -> Iterator[webdriver.Chrome]:
    """One that makes no request of its own."""
    options = webdriver.ChromeOptions()
    options.binary_location = str(BROWSER)
    quiet = ("--disable-background-networking", "--disable-component-update", "--remote-debugging-pipe")
    for argument in ("--headless", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1280,900", *quiet):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(str(DRIVER)))
    try:
        yield driver
    finally:
        driver.quit()


class Visit:
    """What somebody does and sees on the pages of one host."""

    def __init__(self, driver: webdriver.Chrome, home: str) -> None:
        self.driver = driver
        self.home = home.rstrip("/")
        self.forget()

    def forget(self) -> None:
        """Leave the page, and what the console and the network said so far."""
        self.driver.get("about:blank")
        self.driver.get_log("browser")
        self.driver.get_log("performance")

    def open(self, address: str = "/") -> None:
        """Load a page anew, whatever was there."""
        self.driver.get("about:blank")
        self.driver.get(self.home + address)

    def find(self, selector: str) -> WebElement:
        """The first that fits and is seen; waits for it."""
        return self.until(lambda: next((one for one in self.all(selector) if one.is_displayed()), None))

    def all(self, selector: str) -> list[WebElement]:
        """Everything that fits now."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def texts(self, selector: str) -> list[str]:
        """What is in them, seen or not, with single spaces."""
        found = self.run("return [...document.querySelectorAll(arguments[0])].map((one) => one.textContent)", selector)
        return [" ".join(text.split()) for text in found]

    def await_text(self, selector: str, text: str) -> str:
        """Wait until the first that is seen contains the text; all of it."""
        self.until(lambda: text in self.find(selector).text)
        return self.find(selector).text

    def until(self, found: Callable[[], Any]) -> Any:
        """Wait for something that is not empty."""
        return WebDriverWait(self.driver, PATIENCE_SECONDS, 0.05, WAITED_FOR).until(lambda _: found())

    def press(self, *keys: str) -> None:
        """Type, wherever the focus is."""
        for key in keys:
            self.driver.switch_to.active_element.send_keys(key)

    def run(self, script: str, *arguments: object) -> Any:
        """What a script returns."""
        return self.driver.execute_script(script, *arguments)

    def focused(self) -> str:
        """The text of what has the focus."""
        return str(self.run("return document.activeElement.textContent"))

    def prefer(self, **features: str) -> None:
        """Set what a person wishes, such as prefers_color_scheme="dark"."""
        wishes = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": wishes})

    @contextmanager
    def phone(self, width: int) -> Iterator[None]:
        """As on a screen of that width in CSS pixels."""
        screen = {"width": width, "height": 740, "deviceScaleFactor": 2, "mobile": True}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        try:
            yield
        finally:
            self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    @contextmanager
    def without(self, *paths: str) -> Iterator[None]:
        """As if the host did not have these."""
        self.driver.execute_cdp_cmd("Network.enable", {})
        self.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": [f"*{path}*" for path in paths]})
        try:
            yield
        finally:
            self.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})

    @contextmanager
    def slow(self, milliseconds: int) -> Iterator[None]:
        """As if the host were so far away."""
        far = {"offline": False, "latency": milliseconds, "downloadThroughput": -1, "uploadThroughput": -1}
        self.driver.execute_cdp_cmd("Network.enable", {})
        self.driver.execute_cdp_cmd("Network.emulateNetworkConditions", far)
        try:
            yield
        finally:
            self.driver.execute_cdp_cmd("Network.emulateNetworkConditions", far | {"latency": 0})

    def console(self) -> list[str]:
        """What it says since it was asked last."""
        return [str(entry["message"]) for entry in self.driver.get_log("browser")]

    def requests(self) -> list[dict[str, Any]]:
        """Those made since it was asked last."""
        messages = (json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance"))
        made = [one["params"]["request"] for one in messages if one["method"] == "Network.requestWillBeSent"]
        return [request for request in made if not request["url"].startswith(("data:", "about:"))]
