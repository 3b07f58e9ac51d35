"""Whether a service shows new counts at all."""

from collections.abc import Sequence

from viewcount_core.settings import Settings
from viewcount_pipeline.checks.judgment import Judgment, Level, warming_up
from viewcount_pipeline.checks.service_day import ServiceDay, last_days


def judge_staleness(days: Sequence[ServiceDay], settings: Settings) -> Judgment:
    """A service that stands still warns, from the third day in a row it is an error."""
    today = days[-1]
    if today.stale is None or not today.moving:
        return warming_up("no track's usual pace is known yet", moving=today.moving)
    numbers = {"moving": today.moving, "moved": today.moved, "stale_days": today.stale_days}
    sentence = f"{today.moved:,} of {today.moving:,} tracks that usually grow show a new count"
    plot = last_days(days, "percent moved", lambda day: 100 * day.moved / day.moving if day.moving else None)
    if not today.stale:
        return Judgment(Level.FINE, sentence, numbers, plot=plot, drawn="percent moved")
    level = Level.ERROR if today.stale_days >= settings.check_stale_days else Level.WARNING
    since = "" if today.stale_days <= 1 else f" for {today.stale_days} days"
    return Judgment(level, f"the service stands still{since}: {sentence}", numbers, plot=plot, drawn="percent moved")
