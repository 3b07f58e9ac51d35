"""Whether the units of a service's API last for the tracks of a day."""

from collections.abc import Sequence
from math import ceil

from viewcount_core.records import Service
from viewcount_core.settings import Settings
from viewcount_pipeline.checks.coverage import Coverage
from viewcount_pipeline.checks.judgment import Judgment, Level, not_judged

TRACKS_A_UNIT = 50


def judge_quota(days: Sequence[Coverage], settings: Settings) -> Judgment:
    """Warn when what is left does not do for the tracks that lack a count, or a whole quota not for all tracks."""
    today = days[-1]
    if not settings.is_enabled(Service(today.service_id)):
        return not_judged("the service is disabled, so no units are needed")
    if today.spent is None:
        return not_judged("the quota of a past day is over")
    limit, lacking = settings.youtube_daily_quota, max(today.active - today.ok, 0)
    left = max(limit - today.spent, 0)
    needed, whole_day = ceil(lacking / TRACKS_A_UNIT), ceil(today.active / TRACKS_A_UNIT)
    numbers = {"left": left, "needed": needed, "spent": today.spent, "limit": limit, "needed_a_day": whole_day}
    if whole_day > limit:
        sentence = f"{today.active:,} tracks need {whole_day:,} units a day, and there are {limit:,}"
        return Judgment(Level.WARNING, sentence, numbers, tracks=today.active - limit * TRACKS_A_UNIT)
    sentence = f"{left:,} of {limit:,} units are left, {needed:,} needed for {lacking:,} tracks without a count"
    level = Level.WARNING if needed > left else Level.FINE
    return Judgment(level, sentence, numbers, tracks=max(lacking - left * TRACKS_A_UNIT, 0))
