"""Histories of real counters with injected faults, and their scores: programs beside the checkout, run as such.

They and their data belong to somebody else and are not part of this repository; they need numpy and pandas.
"""

import importlib.util
import json
import sys
from pathlib import Path

from benchmarks.quality.commands import PROJECT, run_process
from benchmarks.quality.scoring import Score

SHARED = PROJECT.parent / "shared"
TOOLS = SHARED / "tools" / "counter_bench"
DATA = SHARED / "data" / "counter_bench_public"
NEEDED = ("numpy", "pandas")


def why_absent(data: Path = DATA) -> str | None:
    """What is missing, None when all is there."""
    for path in (TOOLS / "generate.py", TOOLS / "score.py", TOOLS / "baselines.py", data):
        if not path.exists():
            return f"no {path}"
    lacking = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    return f"the tools need {' and '.join(lacking)}" if lacking else None


class OutsideBench:
    """Seeds of real series; 0 series are all of them. A program that fails raises `CommandFailed`."""

    def __init__(self, days: int, series: int, data: Path = DATA) -> None:
        self._days, self._series, self._data = days, series, data
        self.title = f"real counters with injected faults, {days} days of {series or 'all'} real series"

    def make(self, seed: int, folder: Path, *, faulty: bool = True) -> None:
        """Without faults: the counters as they were observed, whatever number of days and series is asked for."""
        size = ("--days", self._days, "--series", self._series) if faulty else ("--uninjected",)
        _run("generate", "--data", self._data, "--seed", seed, "--out", folder, *size)

    def flag(self, baseline: str, folder: Path) -> Path:
        """What `baselines.py` flags."""
        path = folder / f"{baseline}.csv"
        _run("baselines", "--bench", folder, "--method", baseline, "--out", path)
        return path

    def score(self, folder: Path, flags: Path) -> Score:
        """What `score.py` says."""
        told = json.loads(_run("score", "--bench", folder, "--flags", flags, "--json"))
        by_kind = {kind: row["event_recall"] for kind, row in told["by_kind"].items()}
        measures = {name: value for name, value in told.items() if isinstance(value, int | float) or value is None}
        return Score(measures, by_kind)


def _run(program: str, *arguments: object) -> str:
    # -B: the folder is not ours to leave bytecode in.
    command = [sys.executable, "-B", str(TOOLS / f"{program}.py"), *map(str, arguments)]
    return run_process(command, cwd=TOOLS)
