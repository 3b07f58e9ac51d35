"""Whether growth adds up: over any span of days, to the difference of the snapshots at its ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from viewcount_core.settings import Settings
from viewcount_pipeline.checks.judgment import Judgment, Level


@dataclass(frozen=True, slots=True)
class GrowthSums:
    """Snapshots of one service's day, and those whose growth does not lead back to the one before."""

    service_id: int
    day: date
    snapshots: int
    wrong: int


def judge_growth_sums(days: Sequence[GrowthSums], settings: Settings) -> Judgment:
    """Sums over all spans hold exactly when each growth leads from the snapshot before to its own."""
    del settings
    today = days[-1]
    numbers = {"snapshots": today.snapshots, "wrong": today.wrong}
    if today.wrong:
        sentence = f"{today.wrong:,} of {today.snapshots:,} growths do not lead from the snapshot before to this one"
        return Judgment(Level.ERROR, sentence, numbers)
    return Judgment(Level.FINE, f"{today.snapshots:,} growths add up to the counts", numbers)
