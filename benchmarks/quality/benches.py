"""Where histories, the baselines' flags and scores come from."""

from pathlib import Path
from typing import Protocol

from benchmarks.quality.baselines import BASELINES
from benchmarks.quality.generator import make_history
from benchmarks.quality.history_files import read_flags, read_history, write_flags, write_history
from benchmarks.quality.scoring import Score, score


class Bench(Protocol):
    """Everything passes through the files of a folder."""

    title: str

    def make(self, seed: int, folder: Path, *, faulty: bool = True) -> None:
        """Write the history of a seed."""

    def flag(self, baseline: str, folder: Path) -> Path:
        """What a baseline flags of it, as CSV."""

    def score(self, folder: Path, flags: Path) -> Score:
        """How right flags are."""


class OwnBench:
    """Everything of our own making; the same seed gives the same bytes."""

    def __init__(self, days: int, series: int) -> None:
        self._days, self._series = days, series
        self.title = f"histories of our own making, {days} days of {series} series"

    def make(self, seed: int, folder: Path, *, faulty: bool = True) -> None:
        """Raise `ValueError` for a window that is too short."""
        write_history(make_history(seed, self._days, self._series, faulty=faulty), folder)

    def flag(self, baseline: str, folder: Path) -> Path:
        """Raise `KeyError` for a baseline that is none."""
        path = folder / f"{baseline}.csv"
        write_flags(path, BASELINES[baseline](read_history(folder)))
        return path

    def score(self, folder: Path, flags: Path) -> Score:
        """Raise `ValueError` for a flag on a series the history does not have."""
        return score(read_history(folder), read_flags(flags))
