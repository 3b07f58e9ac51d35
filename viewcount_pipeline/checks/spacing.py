"""Whether a day's readings are about a day after those before."""

from collections.abc import Sequence

from viewcount_core.settings import Settings
from viewcount_pipeline.checks.judgment import Judgment, Level, not_judged, warming_up
from viewcount_pipeline.checks.service_day import ServiceDay, last_days


def judge_spacing(days: Sequence[ServiceDay], settings: Settings) -> Judgment:
    """Hours between the last readings of this and of the day read before: outside 20 to 28 warns."""
    today = days[-1]
    if not today.ok:
        return not_judged("no count was read")
    hours = _hours(today)
    if hours is None:
        return warming_up("no day before this one was read")
    is_usual = settings.check_spacing_least_hours <= hours <= settings.check_spacing_most_hours
    sentence = f"read {hours:.1f} hours after {today.previous_day}"
    return Judgment(
        Level.FINE if is_usual else Level.WARNING,
        sentence if is_usual else f"{sentence}, not about a day; growth is measured over the days between snapshots",
        {"hours": round(hours, 2)},
        plot=last_days(days, "hours", _hours),
        drawn="hours",
        tracks=today.ok,
    )


def _hours(day: ServiceDay) -> float | None:
    if not day.ok or day.last_observed_at is None or day.previous_observed_at is None:
        return None
    return (day.last_observed_at - day.previous_observed_at).total_seconds() / 3600
