"""Ends whole process groups: a child of ours with all it started, its own children first asked, then killed."""

import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress

POLL_SECONDS = 0.05


def is_there(group: int) -> bool:
    """Whether any process of that group is left, one that only waits to be reaped included."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # someone in it changed account, as a server of root's does
    return True


def signal_group(group: int, number: signal.Signals) -> None:
    """Send a signal to all of a group, if there is still anybody."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def end_groups(groups: Iterable[int], grace_seconds: float) -> None:
    """Ask every process of these groups to end; kill what is left after the grace."""
    left = list(groups)
    for group in left:
        signal_group(group, signal.SIGTERM)
    deadline = time.monotonic() + grace_seconds
    while (left := [group for group in left if is_there(group)]) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    for group in left:
        signal_group(group, signal.SIGKILL)
