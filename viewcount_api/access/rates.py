"""How often something may be done in a minute, counted in Redis for all workers and hosts together.

Each process counts for itself too: a limit that it alone has seen exceeded needs no Redis, and while Redis is away it
is all there is, so that losing Redis loosens the limits to as many times as there are processes and no further.
"""

from collections import Counter
from collections.abc import Callable

from viewcount_core import clock

MINUTE = 60
# So many clients are told apart here; what comes beyond them in the same minute shares one count.
KEPT_CLIENTS = 10_000
OTHERS = "*"

Count = Callable[[str, int, int], int | None]
"""Counts so many more under a key that lives for so many seconds; None when it cannot be counted."""


class RateLimit:
    """One kind of thing, so many times a minute and client."""

    def __init__(self, name: str, per_minute: int) -> None:
        self._name = name
        self._per_minute = per_minute
        self._minute = 0
        self._here: Counter[str] = Counter()

    def exceeded_here(self, client: str, amount: int = 1) -> bool:
        """Count `amount` more, and say whether this process alone has seen too many."""
        minute = _now() // MINUTE
        if minute != self._minute:
            self._minute = minute
            self._here.clear()
        known = client if client in self._here or len(self._here) < KEPT_CLIENTS else OTHERS
        self._here[known] += amount
        return self._here[known] > self._per_minute

    def exceeded(self, client: str, count: Count, amount: int = 1) -> bool:
        """Say whether all processes together have seen too many; `count` may block."""
        found = count(f"rate:{self._name}:{client}:{_now() // MINUTE}", amount, 2 * MINUTE)
        return found is not None and found > self._per_minute

    @staticmethod
    def retry_after_seconds() -> int:
        """When the next minute begins, in which all may come again."""
        return MINUTE - _now() % MINUTE


def _now() -> int:
    return int(clock.utc_now().timestamp())
