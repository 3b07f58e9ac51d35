"""Whether the units of a service's API last for the tracks of a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from viewcount_core.settings import Settings
from viewcount_pipeline.checks.judgment import Judgment, Level

TRACKS_A_UNIT = 50


@dataclass(frozen=True, slots=True)
class Quota:
    """Units spent on the quota day that holds now, and how many tracks there are and still lack a count today."""

    service_id: int
    day: date
    spent: int
    active: int
    lacking: int


def judge_quota(days: Sequence[Quota], settings: Settings) -> Judgment:
    """Warn when what is left does not do for the tracks that lack a count, or a whole quota not for all tracks."""
    today = days[-1]
    limit = settings.youtube_daily_quota
    left = max(limit - today.spent, 0)
    needed, whole_day = ceil(today.lacking / TRACKS_A_UNIT), ceil(today.active / TRACKS_A_UNIT)
    numbers = {"left": left, "needed": needed, "spent": today.spent, "limit": limit, "needed_a_day": whole_day}
    if whole_day > limit:
        sentence = f"{today.active:,} tracks need {whole_day:,} units a day, and there are {limit:,}"
        return Judgment(Level.WARNING, sentence, numbers)
    sentence = f"{left:,} of {limit:,} units are left, {needed:,} needed for {today.lacking:,} tracks without a count"
    return Judgment(Level.WARNING if needed > left else Level.FINE, sentence, numbers)
