"""What a check thinks of one day: how bad, in one sentence, with the numbers behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import IntEnum
from typing import Any

from viewcount_core.records import Service

Rows = Sequence[Mapping[str, Any]]
Numbers = Mapping[str, int | float | str]
MOST_SAMPLED = 10


class Level(IntEnum):
    """How bad; the worst of several is their maximum."""

    NOT_JUDGED = 0  # there is nothing to judge on this day
    FINE = 1
    WARMING_UP = 2  # cannot be judged yet
    WARNING = 3
    ERROR = 4


MARKS = {Level.NOT_JUDGED: "not judged", Level.WARMING_UP: "warming up"}


@dataclass(frozen=True, slots=True)
class Judgment:
    """One service's day, or all services' after `together`, which keeps those it is made of in `by_service`.

    `tracks` is how many it concerns where it does not pass, `since` the first day of the trouble where that is not the
    day itself. `sample` has at most 10 rows; `plot` has one bar a row, as long as its column `drawn`.
    """

    level: Level
    sentence: str
    numbers: Numbers = field(default_factory=dict)
    sample: Rows = ()
    plot: Rows = ()
    drawn: str = ""
    tracks: int | None = None
    since: date | None = None
    by_service: Mapping[Service, "Judgment"] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether nobody has to look at it."""
        return self.level < Level.WARNING

    @property
    def is_judged(self) -> bool:
        """Whether it says anything: what could not be judged is neither well nor ill."""
        return self.level not in MARKS

    def with_sample(self, rows: Rows) -> "Judgment":
        """The same with examples of what is wrong."""
        return replace(self, sample=rows[:MOST_SAMPLED])

    def with_plot(self, rows: Rows, drawn: str) -> "Judgment":
        """The same with bars."""
        return replace(self, plot=rows, drawn=drawn)


NOTHING_READ = Judgment(Level.NOT_JUDGED, "nothing to judge: no service was read on this day")


def warming_up(sentence: str, **numbers: int | float | str) -> Judgment:
    """A day that cannot be judged yet; `sentence` says what is lacking."""
    return Judgment(Level.WARMING_UP, sentence, numbers)


def not_judged(sentence: str, **numbers: int | float | str) -> Judgment:
    """A day on which there is nothing to judge; `sentence` says why."""
    return Judgment(Level.NOT_JUDGED, sentence, numbers)


def together(judgments: Mapping[Service, Judgment]) -> Judgment:
    """One judgment on a day of several services: the worst first, all of them named."""
    if not judgments:
        return NOTHING_READ
    by_level = sorted(judgments.items(), key=lambda pair: (-pair[1].level, pair[0]))
    worst = by_level[0][1]
    return Judgment(
        worst.level,
        _sentence(by_level),
        {f"{service.key}_{name}": value for service, judged in by_level for name, value in judged.numbers.items()},
        [{"service": service.label, **row} for service, judged in by_level for row in judged.sample][:MOST_SAMPLED],
        [{"service": service.label, **row} for service, judged in by_level for row in judged.plot],
        next((judged.drawn for _, judged in by_level if judged.drawn), ""),
        by_service=judgments,
    )


def _sentence(by_level: Sequence[tuple[Service, Judgment]]) -> str:
    """All that warm up say so once, one beside others says so itself."""
    marks = {MARKS.get(judged.level) for _, judged in by_level}
    if len(marks) == 1:
        said = "; ".join(f"{service.label}: {judged.sentence}" for service, judged in by_level)
        mark = marks.pop()
        return f"{mark}: {said}" if mark else said
    return "; ".join(
        f"{service.label}{f' ({mark})' if (mark := MARKS.get(judged.level)) else ''}: {judged.sentence}"
        for service, judged in by_level
    )
