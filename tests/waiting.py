"""Waiting for what happens in another thread or process: it ends when it has happened, and fails when it never does."""

import time
from collections.abc import Callable
from typing import Any

PATIENCE_SECONDS = 40.0


def eventually(is_so: Callable[[], Any]) -> Any:
    """Wait for a truth and return it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (truth := is_so()):
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)
    return truth
