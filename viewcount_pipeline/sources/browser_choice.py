"""Which browser and which driver: the operator's, an installed pair, else what Selenium Manager finds or fetches."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.selenium_manager import SeleniumManager

from viewcount_core.errors import ConfigurationError, ServerUnavailable

ADVICE = (
    "install Chrome or Chromium (Debian: apt-get install chromium-headless-shell chromium-driver) or set CHROME_BINARY"
)
# The program itself, not the distribution's wrapper, which adds flags and a process; the shell without a screen first.
_PATHS = (
    Path("/usr/lib/chromium/chromium-headless-shell"),
    Path("/usr/lib/chromium/chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)
_NAMES = ("google-chrome", "google-chrome-stable", "chromium", "chromium-browser")
_VERSION_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Programs:
    """A browser and the driver of the same version."""

    browser: Path
    driver: Path


def find_programs(binary: Path | None) -> Programs:
    """The pair to use; `binary` is the operator's choice of a browser.

    Selenium Manager, which needs the network, is asked only for what is not installed. Raise `ConfigurationError` for
    a `binary` that cannot be run, `ServerUnavailable` when there is no browser or no driver for it.
    """
    browser = _installed_browser() if binary is None else _given_browser(binary)
    driver = _installed_driver(browser) if browser else None
    return Programs(browser, driver) if browser and driver else _managed_programs(browser)


def _given_browser(binary: Path) -> Path:
    if not os.access(binary, os.X_OK) or not binary.is_file():
        raise ConfigurationError(
            f"CHROME_BINARY: {binary} is no program; a valid value is CHROME_BINARY=/usr/bin/chromium"
        )
    return binary


def _installed_browser() -> Path | None:
    found = (path for path in _PATHS if os.access(path, os.X_OK))
    named = (Path(path) for name in _NAMES if (path := shutil.which(name)))
    return next(found, None) or next(named, None)


def _installed_driver(browser: Path) -> Path | None:
    """A chromedriver of the browser's own major version; another one would refuse to start it."""
    driver = shutil.which("chromedriver")
    if driver is None:
        return None
    return Path(driver) if _major_version(Path(driver)) == _major_version(browser) is not None else None


def _major_version(program: Path) -> str | None:
    try:
        answer = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=_VERSION_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = re.search(r"\b([0-9]+)\.[0-9]+\.", answer.stdout)
    return version[1] if version else None


def _managed_programs(browser: Path | None) -> Programs:
    known = ["--browser-path", str(browser)] if browser else []
    try:
        found = SeleniumManager().binary_paths(["--browser", "chrome", "--avoid-stats", *known])
    except WebDriverException as error:
        what = f"no driver for {browser}" if browser else "no browser"
        raise ServerUnavailable(f"Spotify's pages need a browser, and there is {what}: {ADVICE}") from error
    return Programs(browser or Path(found["browser_path"]), Path(found["driver_path"]))
