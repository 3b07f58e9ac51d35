"""What Selenium and its HTTP client raise, as three kinds: the tab is gone, the browser is gone, or look again."""

from collections.abc import Iterator
from contextlib import contextmanager

from selenium.common.exceptions import (
    InvalidSessionIdException,
    JavascriptException,
    NoSuchWindowException,
    TimeoutException,
    WebDriverException,
)
from urllib3.exceptions import HTTPError


class TabLost(Exception):
    """This tab crashed or hangs; the others go on."""


class BrowserLost(Exception):
    """The browser or its driver is dead or does not answer; all tabs are gone."""


class NotReady(Exception):
    """The document is being exchanged; another look will do."""


_BETWEEN_DOCUMENTS = ("execution context", "aborted by navigation", "loading status", "frame detached", "navigat")


@contextmanager
def browser_failures() -> Iterator[None]:
    """Raise `TabLost`, `BrowserLost` or `NotReady` for whatever a WebDriver command fails with."""
    try:
        yield
    except (TabLost, BrowserLost, NotReady):
        raise
    except TimeoutException as error:
        raise TabLost("the page hangs its tab") from error
    except NoSuchWindowException as error:
        raise TabLost("the tab is gone") from error
    except JavascriptException as error:
        raise NotReady(_first_line(error)) from error
    except InvalidSessionIdException as error:
        raise BrowserLost("the browser ended") from error
    except WebDriverException as error:
        raise _kind_of(error) from error
    except (HTTPError, OSError) as error:
        raise BrowserLost(f"the driver does not answer ({type(error).__name__})") from error


def _kind_of(error: WebDriverException) -> Exception:
    message = _first_line(error)
    if "tab crashed" in message:
        return TabLost("the page crashes its tab")
    if any(sign in message.lower() for sign in _BETWEEN_DOCUMENTS) and "disconnected" not in message:
        return NotReady(message)
    return BrowserLost(message)


def _first_line(error: WebDriverException) -> str:
    return (error.msg or type(error).__name__).splitlines()[0]
