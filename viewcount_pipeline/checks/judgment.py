"""What a check thinks of one day: how bad, in one sentence, with the numbers behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Any

from viewcount_core.records import Service

Rows = Sequence[Mapping[str, Any]]
Numbers = Mapping[str, int | float | str]
MOST_SAMPLED = 10
WARMING_UP = "warming up: "


class Level(IntEnum):
    """How bad; the worst of several is their maximum."""

    FINE = 0
    WARMING_UP = 1  # cannot be judged yet
    WARNING = 2
    ERROR = 3


@dataclass(frozen=True, slots=True)
class Judgment:
    """One service's day, or all services' after `together`.

    `sample` has at most 10 rows; `plot` has one bar a row, as long as its column `drawn`.
    """

    level: Level
    sentence: str
    numbers: Numbers = field(default_factory=dict)
    sample: Rows = ()
    plot: Rows = ()
    drawn: str = ""

    @property
    def passed(self) -> bool:
        """Whether nobody has to look at it."""
        return self.level < Level.WARNING

    def with_sample(self, rows: Rows) -> "Judgment":
        """The same with examples of what is wrong."""
        return replace(self, sample=rows[:MOST_SAMPLED])

    def with_plot(self, rows: Rows, drawn: str) -> "Judgment":
        """The same with bars."""
        return replace(self, plot=rows, drawn=drawn)


NOTHING_READ = Judgment(Level.FINE, "nothing to judge: no service was read on this day")


def warming_up(sentence: str, **numbers: int | float | str) -> Judgment:
    """A day that cannot be judged yet; `sentence` says what is lacking."""
    return Judgment(Level.WARMING_UP, f"{WARMING_UP}{sentence}", numbers)


def together(judgments: Mapping[Service, Judgment]) -> Judgment:
    """One judgment on a day of several services: the worst first, all of them named."""
    if not judgments:
        return NOTHING_READ
    by_level = sorted(judgments.items(), key=lambda pair: (-pair[1].level, pair[0]))
    worst = by_level[0][1]
    sentences = (f"{service.label}: {judgment.sentence.removeprefix(WARMING_UP)}" for service, judgment in by_level)
    return Judgment(
        worst.level,
        (WARMING_UP if worst.level is Level.WARMING_UP else "") + "; ".join(sentences),
        {f"{service.key}_{name}": value for service, judged in by_level for name, value in judged.numbers.items()},
        [{"service": service.label, **row} for service, judged in by_level for row in judged.sample][:MOST_SAMPLED],
        [{"service": service.label, **row} for service, judged in by_level for row in judged.plot],
        next((judged.drawn for _, judged in by_level if judged.drawn), ""),
    )
