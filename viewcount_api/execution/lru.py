"""What was asked for most recently, in bounded room."""

from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Lru(Generic[K, V]):
    """Keeps so many entries of so many bytes together; what was not asked for longest goes first.

    The bytes are those that whoever stores an entry says it takes.
    """

    def __init__(self, entries: int, size: int) -> None:
        self._most_entries = entries
        self._most_bytes = size
        self._kept: dict[K, tuple[V, int]] = {}
        self.size = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: K) -> V | None:
        """The value, and it is the newest again."""
        entry = self._kept.pop(key, None)
        if entry is None:
            return None
        self._kept[key] = entry
        return entry[0]

    def put(self, key: K, value: V, size: int) -> None:
        """Keep it; what alone is larger than all the room is not kept."""
        if size > self._most_bytes:
            return
        self._remove(key)
        self._kept[key] = (value, size)
        self.size += size
        while len(self._kept) > self._most_entries or self.size > self._most_bytes:
            self._remove(next(iter(self._kept)))

    def _remove(self, key: K) -> None:
        if entry := self._kept.pop(key, None):
            self.size -= entry[1]
