"""Whether growth adds up: over any span of days, to the difference of the snapshots at its ends."""

from collections.abc import Sequence

from viewcount_core.settings import Settings
from viewcount_pipeline.checks.judgment import Judgment, Level
from viewcount_pipeline.checks.service_day import closed_day
from viewcount_pipeline.checks.spikes import Growth, no_growth


def judge_growth_sums(days: Sequence[Growth], settings: Settings) -> Judgment:
    """Sums over all spans hold exactly when each growth leads from the snapshot before to its own."""
    del settings
    today = days[-1]
    numbers = {"snapshots": today.snapshots, "growths": today.growths, "wrong": today.wrong}
    if today.wrong:
        sentence = f"growth of {today.wrong:,} of {today.snapshots:,} snapshots does not lead from the one before to it"
        return Judgment(Level.ERROR, sentence, numbers, tracks=today.wrong)
    if nothing := closed_day(today) or no_growth(today):
        return nothing
    return Judgment(Level.FINE, f"{today.growths:,} growths add up to the counts", numbers)
