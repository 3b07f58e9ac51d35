"""Whether a service shows new counts at all."""

from collections.abc import Sequence
from datetime import date
from itertools import takewhile

from viewcount_core.settings import Settings
from viewcount_pipeline.checks.judgment import Judgment, Level, warming_up
from viewcount_pipeline.checks.service_day import ServiceDay, closed_day, last_days, no_counts
from viewcount_pipeline.quality.rules import MOVING_PACE


def judge_staleness(days: Sequence[ServiceDay], settings: Settings) -> Judgment:
    """A service that stands still warns, from the third day in a row it is an error."""
    today = days[-1]
    if nothing := closed_day(today) or no_counts(today):
        return nothing
    if today.stale is None or not today.moving:
        return warming_up(f"no track is known yet to gain {MOVING_PACE} plays a day", moving=today.moving)
    numbers = {"moving": today.moving, "moved": today.moved, "stale_days": today.stale_days}
    sentence = f"{today.moved:,} of {today.moving:,} tracks that usually grow show a new count"
    plot = last_days(days, "percent moved", lambda day: 100 * day.moved / day.moving if day.moving else None)
    if not today.stale:
        return Judgment(Level.FINE, sentence, numbers, plot=plot, drawn="percent moved")
    return Judgment(
        Level.ERROR if today.stale_days >= settings.check_stale_days else Level.WARNING,
        f"the service {_stands(today.stale_days)}: {sentence}",
        numbers,
        plot=plot,
        drawn="percent moved",
        tracks=today.moving - today.moved,
        since=_since(days),
    )


def _stands(stale_days: int) -> str:
    return "stands still" if stale_days <= 1 else f"has stood still for {stale_days} days"


def _since(days: Sequence[ServiceDay]) -> date:
    """The first of the last days in a row on which it stood still."""
    return list(takewhile(lambda day: day.stale, reversed(days)))[-1].day
