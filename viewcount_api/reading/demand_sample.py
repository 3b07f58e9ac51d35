"""Which tracks are asked for, told by a sample of the requests: noting each would cost more than answering it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from viewcount_api.scalars import ISRC_FORM

EVERY = 16
KEPT_TRACKS = 5000


class DemandSample:
    """The tracks among the variables of every sixteenth request of this process."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._requests = 0

    def note(self, variables: Mapping[str, Any]) -> None:
        """One request, with its variables as coerced."""
        self._requests += 1
        if self._requests % EVERY == 0 and len(self._counts) < KEPT_TRACKS:
            self._counts.update(_isrcs(variables))

    def take(self) -> Mapping[str, int]:
        """What was noted since the last time, by ISRC."""
        taken, self._counts = self._counts, Counter()
        return taken


def _isrcs(variables: Mapping[str, Any]) -> Iterator[str]:
    for value in variables.values():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, str) and ISRC_FORM.fullmatch(each):
                yield each
