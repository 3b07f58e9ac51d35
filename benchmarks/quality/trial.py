"""One history through the public commands: imported, derived, and what came of it exported."""

from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import stopwatch
from benchmarks.quality.commands import Run
from benchmarks.quality.history_files import window_of
from benchmarks.quality.served import served_unbelieved


@dataclass(frozen=True, slots=True)
class Trial:
    """`flags` is the export of the strict anomalies; `served_unbelieved` counts snapshots nobody should have seen."""

    flags: Path
    served_unbelieved: int
    rebuild_seconds: float


def try_history(folder: Path, run: Run) -> Trial:
    """Judge the history in a folder with an empty database; the exports are written beside it."""
    flags, history, observations = (folder / f"{name}.csv" for name in ("flags", "history", "verdicts"))
    first, last = window_of(folder)
    run("migrate")
    run("import", "tracks", folder / "tracks.csv")
    run("import", "observations", folder / "observations.csv")
    with stopwatch() as watch:
        run("rebuild", "--from", first, "--to", last)
    run("export", "anomalies", "--tier", "strict", "--output", flags)
    run("export", "history", "--output", history)
    run("export", "observations", "--output", observations)
    return Trial(flags, served_unbelieved(history, observations), watch.seconds)
