"""How many readings and growths of a day are unusual for their track."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from viewcount_core.settings import Settings
from viewcount_pipeline.checks.judgment import Judgment, Level
from viewcount_pipeline.checks.service_day import ServiceDay


@dataclass(frozen=True, slots=True)
class Growth:
    """Snapshots of one service's day that have a growth, and those of them that are flagged."""

    service_id: int
    day: date
    growths: int
    flagged: int


def judge_readings(days: Sequence[ServiceDay], settings: Settings) -> Judgment:
    """Any flagged or held reading warns; more than 20 held ones, and than 0.1 percent of those read, are an error."""
    today = days[-1]
    limit = max(settings.check_held_least, settings.check_held_share * today.ok)
    numbers = {"flagged": today.flagged, "held_back": today.held, "read": today.ok, "held_limit": round(limit, 2)}
    if today.is_closed:
        return Judgment(Level.FINE, "nothing of this day is published, so its counts were not compared", numbers)
    if today.held > limit:
        sentence = f"{today.held:,} of {today.ok:,} counts held back, more than {limit:,.0f}"
        return Judgment(Level.ERROR, sentence, numbers)
    if today.held or today.flagged:
        sentence = f"{today.flagged:,} of {today.ok:,} counts are unusual, {today.held:,} of them held back"
        return Judgment(Level.WARNING, sentence, numbers)
    return Judgment(Level.FINE, f"none of {today.ok:,} counts is unusual", numbers)


def judge_growth(days: Sequence[Growth], settings: Settings) -> Judgment:
    """Any flagged growth warns."""
    del settings
    today = days[-1]
    numbers = {"growths": today.growths, "flagged": today.flagged}
    if today.flagged:
        return Judgment(Level.WARNING, f"{today.flagged:,} of {today.growths:,} growths are unusual", numbers)
    return Judgment(Level.FINE, f"none of {today.growths:,} growths is unusual", numbers)
