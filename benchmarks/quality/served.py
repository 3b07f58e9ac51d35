"""Whether a reader could see a number that is not believed: the exported history against the verdicts of the log."""

from collections import defaultdict
from datetime import date, datetime
from pathlib import Path

from benchmarks.quality.history import Cell, Series
from benchmarks.quality.history_files import read_csv

BELIEVED = ("accepted", "restated")


def served_unbelieved(history: Path, observations: Path) -> int:
    """Snapshots of days without a believed reading, or with the count of one that is not.

    A count is free of blame where a believed reading of that series said it too: of a small fall the count before is
    kept.
    """
    believed_days, doubted, believed_counts = _verdicts(observations)
    wrong = 0
    for row in read_csv(history):
        series, count = (row["isrc"], row["service"]), int(row["view_count"])
        cell = (*series, date.fromisoformat(row["date"]))
        is_doubted = count in doubted[cell] and count not in believed_counts[series]
        wrong += is_doubted or cell not in believed_days
    return wrong


def _verdicts(observations: Path) -> tuple[set[Cell], dict[Cell, set[int]], dict[Series, set[int]]]:
    believed_days: set[Cell] = set()
    doubted: dict[Cell, set[int]] = defaultdict(set)
    believed_counts: dict[Series, set[int]] = defaultdict(set)
    for row in read_csv(observations):
        if not row["view_count"]:
            continue
        series, count = (row["isrc"], row["service"]), int(row["view_count"])
        cell = (*series, datetime.fromisoformat(row["observed_at"]).date())
        if row["verdict"] in BELIEVED:
            believed_days.add(cell)
            believed_counts[series].add(count)
        else:
            doubted[cell].add(count)
    return believed_days, doubted, believed_counts
