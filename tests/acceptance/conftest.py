"""What acceptance tests share: installations that end without a trace, and a day that does not end under a test."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.acceptance.installation import Installation

# Asking ends a minute before midnight UTC, and a test may run for some minutes.
LAST_MINUTES = timedelta(minutes=5)


@pytest.fixture(autouse=True)
def enough_of_the_day(no_settings: None) -> None:
    """Wait for the next day when this one is nearly over."""
    wait_for_a_day_with_time_left()


def wait_for_a_day_with_time_left() -> None:
    """Return when at least `LAST_MINUTES` are left of the UTC day."""
    now = datetime.now(UTC)
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    if midnight - now < LAST_MINUTES:
        time.sleep((midnight - now).total_seconds() + 1)


@pytest.fixture(scope="module")
def shared() -> Iterator[Installation]:
    """One installation for all tests of a module."""
    yield from _installation()


@pytest.fixture
def installation() -> Iterator[Installation]:
    """An installation of the test's own, from nothing."""
    yield from _installation()


def _installation() -> Iterator[Installation]:
    folder = Path(tempfile.mkdtemp(prefix="viewcount-acceptance-"))
    folder.chmod(0o755)
    place = Installation(folder)
    yield place
    left = place.await_none()
    for process in place.processes():
        process.kill()
    shutil.rmtree(folder, ignore_errors=True)
    assert left == []
