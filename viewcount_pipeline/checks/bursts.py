"""Many readings wrong in one way on one day: a fault of the service, or of how it is read, and no news of the tracks.

The gate is shut by the same rules where the day is judged; a check only reports it.
"""

from collections.abc import Sequence

from viewcount_core.settings import Settings
from viewcount_pipeline.checks.judgment import Judgment, Level, warming_up
from viewcount_pipeline.checks.service_day import NOTHING_BEFORE, ServiceDay, no_counts
from viewcount_pipeline.quality.gate import OPENED_BY_HAND, crowd_limit, unit_error_limit, zero_limit
from viewcount_pipeline.quality.rules import USUAL_DAYS
from viewcount_pipeline.service_day_judge import CROWD_COUNT


def judge_zero_burst(days: Sequence[ServiceDay], settings: Settings) -> Judgment:
    """Series that turned 0 at once: more than ZERO_BURST_LEAST, and than ZERO_BURST_SHARE of those read."""
    today = days[-1]
    limit = zero_limit(today.usable, settings)
    return _judge(today, today.new_zeros, limit, f"{today.new_zeros:,} of {today.usable:,} tracks turned 0")


def judge_scale_burst(days: Sequence[ServiceDay], settings: Settings) -> Judgment:
    """Series that show a power of ten times their last count: more than SCALE_BURST_LEAST, and SCALE_BURST_SHARE."""
    today = days[-1]
    limit = unit_error_limit(today.usable, settings)
    sentence = f"{today.unit_errors:,} of {today.usable:,} tracks show a power of ten times their last count"
    return _judge(today, today.unit_errors, limit, sentence)


def judge_same_value(days: Sequence[ServiceDay], settings: Settings) -> Judgment:
    """One count of at least 1,000 on more pages than SAME_VALUE_LEAST, and than on any of the last open days."""
    *earlier, today = days
    usual = max((day.same_value for day in earlier[-USUAL_DAYS:] if not day.is_closed), default=0)
    limit = crowd_limit(usual, settings)
    if today.same_value <= 1:
        numbers = {"pages": today.same_value, "limit": limit}
        sentence = f"no count of {CROWD_COUNT:,} or more is shown by two pages"
        return no_counts(today) or Judgment(Level.FINE, sentence, numbers)
    return _judge(today, today.same_value, limit, f"one count is shown by {today.same_value:,} pages", needs_past=False)


def _judge(today: ServiceDay, found: int, limit: float, sentence: str, *, needs_past: bool = True) -> Judgment:
    numbers: dict[str, int | float | str] = {"found": found, "limit": round(limit, 2), "gate": today.gate}
    if nothing := no_counts(today):
        return nothing
    if found > limit and today.is_closed:
        beyond = f"{sentence}, more than {limit:,.0f}: nothing of this day is published"
        return Judgment(Level.ERROR, beyond, numbers, tracks=found)
    if found > limit:
        why = "a person opened this day" if today.reason == OPENED_BY_HAND else "other limits held when it was judged"
        return Judgment(Level.FINE, f"{sentence}, more than {limit:,.0f}; {why}", numbers)
    if needs_past and not today.known_days:
        return warming_up(NOTHING_BEFORE, **numbers)
    return Judgment(Level.FINE, f"{sentence}; up to {limit:,.0f} may", numbers)
