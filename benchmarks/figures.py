"""What a benchmark reports: a figure, what it is held against, and whether it is good enough."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Figure:
    """The median of several rounds. `at_most` or `at_least` is the target; neither: told for comparison only."""

    name: str
    rounds: tuple[float, ...]
    unit: str
    at_most: float | None = None
    at_least: float | None = None

    @property
    def value(self) -> float:
        """The median."""
        return median(self.rounds)

    @property
    def is_met(self) -> bool:
        """Whether the median is as good as the target."""
        return (self.at_most is None or self.value <= self.at_most) and (
            self.at_least is None or self.value >= self.at_least
        )

    @property
    def target(self) -> str:
        """The target in words."""
        if self.at_most is not None:
            return f"<= {self.at_most:,g}"
        return f">= {self.at_least:,g}" if self.at_least is not None else ""

    @property
    def verdict(self) -> str:
        """Empty where there is nothing to meet."""
        return "" if not self.target else "met" if self.is_met else "NOT MET"


class Stopwatch:
    """Seconds of the block it was opened for."""

    seconds = 0.0


@contextmanager
def stopwatch() -> Iterator[Stopwatch]:
    """Measure a block."""
    watch = Stopwatch()
    start = time.perf_counter()
    yield watch
    watch.seconds = time.perf_counter() - start


def seconds_of(work: Callable[[], object]) -> float:
    """Measure one call."""
    with stopwatch() as watch:
        work()
    return watch.seconds


def print_figures(figures: Iterable[Figure]) -> None:
    """One line a figure."""
    rows = [("what", "median", "unit", "rounds", "target", "")]
    for figure in figures:
        rounds = " ".join(f"{each:,.4g}" for each in figure.rounds)
        rows.append((figure.name, f"{figure.value:,.4g}", figure.unit, rounds, figure.target, figure.verdict))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip(), flush=True)


def report(figures: list[Figure]) -> int:
    """Print, and give the exit code: 1 when a target is not met."""
    print_figures(figures)
    return 0 if all(figure.is_met for figure in figures) else 1


def log(message: str) -> None:
    """Progress, apart from the figures."""
    print(message, file=sys.stderr, flush=True)
