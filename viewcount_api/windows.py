"""Over how long changes are told, and from which end lists of them begin."""

from enum import IntEnum, StrEnum


class Window(IntEnum):
    """The value is its length in days."""

    DAY = 1
    WEEK = 7
    MONTH = 30


class Direction(StrEnum):
    """Fastest growth first, or slowest."""

    UP = "up"
    DOWN = "down"
