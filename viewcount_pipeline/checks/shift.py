"""Whether all series of a service grew by an unusual factor at once."""

from collections.abc import Sequence
from math import exp

from viewcount_core.settings import Settings
from viewcount_pipeline.checks.judgment import Judgment, Level, not_judged, warming_up
from viewcount_pipeline.checks.service_day import ServiceDay, closed_day, last_days, no_counts
from viewcount_pipeline.quality.rules import POOL_RESIDUALS, RULES

DRAWN = "percent of usual growth"


def judge_common_shift(days: Sequence[ServiceDay], settings: Settings) -> Judgment:
    """The median log ratio of growth to its usual pace, over all series that move: 0.25 warns, 0.70 is an error."""
    today = days[-1]
    if today.shift is None or today.is_closed:
        return _not_measured(today)
    percent = 100 * exp(today.shift)
    size = abs(today.shift)
    level = Level.ERROR if size > settings.check_shift_error else Level.WARNING
    if size <= settings.check_shift_warn:
        level = Level.FINE
    plot = last_days(days, DRAWN, lambda day: None if day.shift is None else 100 * exp(day.shift))
    return Judgment(
        level,
        f"tracks grew by {percent:.0f} percent of what is usual",
        {"shift": round(today.shift, 4), "percent": round(percent, 1), "moving": today.moving},
        plot=plot,
        drawn=DRAWN,
        tracks=today.moving,
    )


def _not_measured(today: ServiceDay) -> Judgment:
    if nothing := closed_day(today) or no_counts(today):
        return nothing
    if today.stale:
        return not_judged("the service stands still, so growth is not compared with what is usual", moving=today.moving)
    pace = RULES.pool_pace
    return warming_up(
        f"fewer than {POOL_RESIDUALS} tracks that grew are known to gain {pace} plays a day, too few to tell",
        moving=today.moving,
    )
