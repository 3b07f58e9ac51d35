"""Fetches the bytes of a catalog from a path or an http(s) URL, bounded in size and time."""

import stat
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx

from viewcount_core.errors import InputError

LIMIT_BYTES = 200_000_000
PAUSE_SECONDS = 30
DOWNLOAD_SECONDS = 600


def public_location(location: str) -> str:
    """`location` fit to be shown and stored: of a URL no user, password or query, where secrets travel.

    Raise `InputError` for a URL whose parts cannot be told apart.
    """
    if "://" not in location:
        return location
    try:
        parts = urlsplit(location)
    except ValueError:
        raise _torn(location) from None
    after_host = location.partition("://")[2].removeprefix(parts.netloc)
    # A bare / or # in a password ends the host too early, and what follows would be shown.
    if ":" in parts.netloc and "@" in after_host:
        raise _torn(location)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def read_file(path: Path, limit_bytes: int = LIMIT_BYTES) -> bytes:
    """Content of a file or pipe. Raise `InputError` where there is none to be read, or too much."""
    try:
        with path.open("rb") as file:
            size = path.stat()
            if stat.S_ISREG(size.st_mode) and size.st_size > limit_bytes:
                raise _too_large(str(path), limit_bytes)
            content = file.read(limit_bytes + 1)
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file; name a CSV or JSONL file or its http(s) URL") from error
    except IsADirectoryError as error:
        raise InputError(f"{path}: is a folder; name the CSV or JSONL file in it") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError(f"{path}: cannot be read: {reason}; check the path and its permissions") from error
    if len(content) > limit_bytes:
        raise _too_large(str(path), limit_bytes)
    return content


def download(url: str, limit_bytes: int = LIMIT_BYTES, pause_seconds: float = PAUSE_SECONDS) -> bytes:
    """Body of the answer to a GET, redirects followed. Raise `InputError`, which shows no credentials.

    `pause_seconds` is the longest silence; the whole may take `DOWNLOAD_SECONDS`.
    """
    source = public_location(url)
    try:
        with httpx.stream("GET", url, follow_redirects=True, timeout=pause_seconds) as response:
            if not response.is_success:
                status = f"{response.status_code} {response.reason_phrase}".strip()
                raise InputError(f"{source}: the server answered {status}; open the address in a browser to check it")
            return _body(source, response, limit_bytes)
    except httpx.TimeoutException as error:
        raise InputError(f"{source}: no answer within {pause_seconds:g} s; try again later") from error
    except httpx.TransportError as error:
        raise InputError(f"{source}: cannot be reached: {error}; check the address and the network") from error
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        raise InputError(f"{source}: cannot be downloaded: {error}; check the address") from error


def _torn(location: str) -> InputError:
    scheme = location.partition("://")[0]
    return InputError(f"{scheme}://...: cannot be read as an address; write / # ? @ in it as %2F %23 %3F %40")


def _body(source: str, response: httpx.Response, limit_bytes: int) -> bytes:
    ends_at = time.monotonic() + DOWNLOAD_SECONDS
    announced = response.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit_bytes:
        raise _too_large(source, limit_bytes)
    content = bytearray()
    for chunk in response.iter_bytes():
        content += chunk
        if len(content) > limit_bytes:
            raise _too_large(source, limit_bytes)
        if time.monotonic() > ends_at:
            raise InputError(f"{source}: still not complete after {DOWNLOAD_SECONDS} s; try again later")
    return bytes(content)


def _too_large(source: str, limit_bytes: int) -> InputError:
    return InputError(f"{source}: is larger than {limit_bytes:,} bytes; leave out columns that are not needed")
