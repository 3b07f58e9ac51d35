"""One headless browser with tabs, local or on a Selenium Grid, that ends with this process whichever way it goes.

Beside a local driver waits a shell for the end of its input, which only this process holds open, and then kills the
process group: no browser survives even `kill -9` of its owner, on Linux and macOS alike. (A parent-death signal would
also strike when just the thread that started the browser ends.)
"""

import logging
import math
import os
import signal
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Protocol

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service as ChromeService
from selenium.webdriver.common.proxy import Proxy, ProxyType
from selenium.webdriver.remote.client_config import ClientConfig
from urllib3.exceptions import HTTPError

from viewcount_pipeline.scratch import remove
from viewcount_pipeline.sources.browser_choice import Programs
from viewcount_pipeline.sources.browser_failures import browser_failures
from viewcount_pipeline.sources.browser_options import UNWANTED, chrome_options

logger = logging.getLogger(__name__)

_END_SECONDS = 5.0
# Below the client's own limit, so that a tab that hangs is told apart from a browser that does.
_SCRIPT_SHARE = 0.6
_START_FACTOR = 2
# The driver takes the shell's place; beside it waits a child that kills the group when our end of the pipe is closed.
_GUARD = 'exec 3<&0; { read -r _ <&3; kill -KILL 0; } & exec "$@" </dev/null 3<&-'
_DIRECT = Proxy({"proxyType": ProxyType.DIRECT})


class Browser(Protocol):
    """What reading pages needs; every method may raise `TabLost`, `BrowserLost` or `NotReady`."""

    def open_tab(self) -> str: ...
    def close_tab(self, tab: str) -> None: ...
    def go(self, tab: str, url: str) -> None: ...
    def look(self, tab: str, script: str) -> Mapping[str, Any]: ...
    def end(self) -> None: ...


@dataclass(frozen=True, slots=True)
class BrowserPlan:
    """How to start browsers: programs on this machine, or the URL of a grid.

    No command takes longer than `command_seconds`, a start no longer than twice that.
    """

    programs: Programs | None
    remote_url: str | None = field(repr=False)
    scratch: Path
    command_seconds: float

    def start(self, proxy: str | None) -> Browser:
        """A browser with one empty tab; raise `BrowserLost` when it does not come up."""
        if self.remote_url:
            return _Session(self.remote_url, chrome_options(proxy), self.command_seconds)
        assert self.programs
        return _LocalBrowser(self.programs, self.scratch, proxy, self.command_seconds)


class _Session:
    """A WebDriver session whose every command is bounded by `command_seconds`."""

    def __init__(self, url: str, options: Options, command_seconds: float, proxy: Proxy | None = None) -> None:
        config = ClientConfig(
            url,
            timeout=math.ceil(command_seconds * _START_FACTOR),
            proxy=proxy,
            init_args_for_pool_manager={"init_args_for_pool_manager": {"retries": False}},
        )
        with browser_failures():
            self._driver = webdriver.Remote(url, options=options, client_config=config)
            config.timeout = command_seconds
            self._driver.set_script_timeout(command_seconds * _SCRIPT_SHARE)
        self._config = config
        self._current: str | None = None
        self._blocks = True
        self._is_fresh = True

    def open_tab(self) -> str:
        with browser_failures():
            self._current = None
            if not self._is_fresh:  # the first tab comes with the browser
                self._driver.switch_to.new_window("tab")
            self._is_fresh = False
            self._current = self._driver.current_window_handle
            self._block_unwanted()
            return self._current

    def close_tab(self, tab: str) -> None:
        with browser_failures():
            self._turn_to(tab)
            self._current = None
            self._driver.close()

    def go(self, tab: str, url: str) -> None:
        with browser_failures():
            self._turn_to(tab)
            self._driver.get(url)

    def look(self, tab: str, script: str) -> Mapping[str, Any]:
        with browser_failures():
            self._turn_to(tab)
            return dict(self._driver.execute_script(script))

    def end(self) -> None:
        self._config.timeout = int(_END_SECONDS)
        with suppress(WebDriverException, HTTPError, OSError):
            self._driver.quit()

    def _turn_to(self, tab: str) -> None:
        if tab != self._current:
            self._current = None
            self._driver.switch_to.window(tab)
            self._current = tab

    def _block_unwanted(self) -> None:
        """Images, fonts, media and styles are not loaded; a grid may not offer that, and then they are."""
        if not self._blocks:
            return
        try:
            self._command("Network.enable", {})
            self._command("Network.setBlockedURLs", {"urls": UNWANTED})
        except WebDriverException as error:
            self._blocks = False
            logger.warning("blocking_unavailable reason=%s", (error.msg or "").splitlines()[:1])

    def _command(self, name: str, parameters: Mapping[str, Any]) -> None:
        self._driver.execute("executeCdpCommand", {"cmd": name, "params": parameters})


class _LocalBrowser(_Session):
    """A session with a driver and browser of its own, in a process group and a folder of their own."""

    def __init__(self, programs: Programs, scratch: Path, proxy: str | None, command_seconds: float) -> None:
        self._folder = Path(mkdtemp(prefix="browser-", dir=scratch))
        self._service = _GuardedService(programs.driver, self._folder)
        try:
            with browser_failures():
                self._service.start()
            options = chrome_options(proxy)
            options.binary_location = str(programs.browser)
            options.add_argument("--remote-debugging-pipe")
            super().__init__(f"http://127.0.0.1:{self._service.port}", options, command_seconds, _DIRECT)
        except BaseException:
            self.end()
            raise

    def end(self) -> None:
        # No polite way out first: it may hang, and nothing in the profile is worth keeping.
        self._service.kill()
        remove(self._folder)


class _GuardedService(ChromeService):
    """A chromedriver that dies with us; it and its browser keep their files in `folder`."""

    def __init__(self, driver: Path, folder: Path) -> None:
        # Without --user-data-dir the driver makes a profile in TMPDIR, and opens the first window that a pipe needs.
        environment = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "HOME": str(folder), "TMPDIR": str(folder)}
        super().__init__("/bin/sh", env=environment, popen_kw={"start_new_session": True})
        self._driver_program = driver

    def command_line_args(self) -> list[str]:
        return ["-c", _GUARD, "guard", str(self._driver_program), *super().command_line_args()]

    def is_connectable(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1.0):
            return True
        return False

    def kill(self) -> None:
        """End the whole process group at once."""
        process = getattr(self, "process", None)
        if process is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.stdin.close()
        process.wait()
