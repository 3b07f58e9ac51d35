"""Whether every day that was read has its snapshots."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from viewcount_core.settings import Settings
from viewcount_pipeline.checks.judgment import Judgment, Level, not_judged
from viewcount_pipeline.checks.service_day import JudgedDay, closed_day, no_counts

SEARCHED = timedelta(days=30)
NAMED_DAYS = 5


@dataclass(frozen=True, slots=True)
class RecordedDay(JudgedDay):
    """Snapshots of one service's day, and believed series without one (for days before those checked, 1 for any)."""

    snapshots: int
    missing: int


def judge_missing_days(days: Sequence[RecordedDay], settings: Settings) -> Judgment:
    """A believed count without a snapshot is an error, and so is one of the 30 days before without any."""
    del settings
    *earlier, today = days
    lost = [day.day for day in earlier if day.missing and day.day >= today.day - SEARCHED]
    believed = today.snapshots + today.missing
    numbers: dict[str, int | str] = {"believed": believed, "missing": today.missing, "lost_days": len(lost)}
    if today.missing:
        sentence = f"{today.missing:,} of {believed:,} believed counts have no snapshot"
        return Judgment(Level.ERROR, sentence, numbers, tracks=today.missing)
    if lost:
        named = ", ".join(str(day) for day in lost[:NAMED_DAYS]) + (", ..." if len(lost) > NAMED_DAYS else "")
        sentence = f"{len(lost)} of the 30 days before have readings and no snapshot: {named}; rebuild them"
        return Judgment(Level.ERROR, sentence, numbers, [{"day": str(day)} for day in lost], since=lost[0])
    if not believed:
        nothing = closed_day(today) or no_counts(today)
        return nothing or not_judged("no count of this day is believed yet, so none has a snapshot")
    return Judgment(Level.FINE, f"all of {believed:,} believed counts have their snapshot", numbers)
