"""What the machine has to offer: a browser and its driver, free ports, room on the disk."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx

from viewcount_cli.findings import Finding, failure, fine, warning
from viewcount_cli.ports import check_ports, wanted_ports
from viewcount_core.errors import ConfigurationError, ServerUnavailable
from viewcount_core.records import Service
from viewcount_core.settings import Settings
from viewcount_pipeline.sources.browser_choice import ADVICE, find_programs

START_SECONDS = 20.0
TIGHT_BYTES, FULL_BYTES = 2_000_000_000, 200_000_000


def check_browser(settings: Settings) -> Iterator[Finding]:
    """The browser that reads Spotify's pages: found, and does it start."""
    if not settings.is_enabled(Service.SPOTIFY):
        yield fine("browser", "not needed while Spotify is disabled")
    elif settings.selenium_remote_url:
        yield _grid(settings.selenium_remote_url.get_secret_value())
    else:
        # The very pair that a run would use; Selenium Manager is asked for what is not installed.
        programs = find_programs(settings.chrome_binary)
        yield _started(programs.browser)
        yield _started(programs.driver)


def check_free_ports(settings: Settings) -> Iterator[Finding]:
    """Whether `viewcount up` could listen; a port in use may well be used by a running one."""
    for variable, port in wanted_ports(settings).items():
        try:
            check_ports(settings.host, {variable: port})
        except ConfigurationError as error:
            yield warning("ports", f"{error}; nothing to do if that is a running `viewcount up`")
        else:
            yield fine("ports", f"{variable}: {settings.host}:{port} is free")


def check_disk(settings: Settings) -> Iterator[Finding]:
    """Room where all local state is."""
    place = next(folder for folder in (settings.home.absolute(), *settings.home.absolute().parents) if folder.exists())
    free = shutil.disk_usage(place).free
    text = f"{free / 1e9:.1f} GB free at {place}"
    if free < FULL_BYTES:
        yield failure("disk", ServerUnavailable(f"{text}; make room, or move VIEWCOUNT_HOME"))
    elif free < TIGHT_BYTES:
        yield warning("disk", f"{text}; make room soon")
    else:
        yield fine("disk", text)


def _started(program: Path) -> Finding:
    try:
        answer = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=START_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        reason = str(getattr(error, "stderr", "") or error).strip().splitlines()[-1]
        return failure("browser", ServerUnavailable(f"{program} does not start: {reason}; {ADVICE}"))
    version = answer.stdout.strip().splitlines()[0] if answer.stdout.strip() else "starts"
    return fine("browser", f"{program}: {version.partition(' (')[0]}")


def _grid(url: str) -> Finding:
    try:
        ready = httpx.get(f"{url.rstrip('/')}/status", timeout=START_SECONDS).json()["value"]["ready"]
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError) as error:
        reason = type(error).__name__
        return failure("browser", ServerUnavailable(f"SELENIUM_REMOTE_URL does not answer as a grid ({reason})"))
    if not ready:
        return warning("browser", "the grid of SELENIUM_REMOTE_URL has no free browser now")
    return fine("browser", "the grid of SELENIUM_REMOTE_URL is ready")
