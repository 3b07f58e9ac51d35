"""Whether as many tracks were read as usual."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from viewcount_core.records import Service
from viewcount_core.settings import Settings
from viewcount_pipeline.checks.judgment import Judgment, Level, warming_up
from viewcount_pipeline.checks.service_day import last_days

USUAL_DAYS = 7
LEAST_DAYS = 3


@dataclass(frozen=True, slots=True)
class Coverage:
    """One service's day: tracks that were active, those left for a later try, and those with a count.

    `spent` is units on the quota day that holds now; None for a past day, whose quota is over.
    """

    service_id: int
    day: date
    active: int
    deferred: int
    ok: int
    spent: int | None

    @property
    def possible(self) -> int:
        """Tracks that could be read: what the quota or the hour left out is the word of `all_asked`."""
        return max(self.active - self.deferred, self.ok)

    @property
    def percent(self) -> float:
        """Read of what was possible."""
        return 100 * self.ok / self.possible if self.possible else 0.0


def judge_coverage(days: Sequence[Coverage], settings: Settings) -> Judgment:
    """Compare the last of the days with the median of up to 7 before it."""
    *earlier, today = days
    if not settings.is_enabled(Service(today.service_id)):
        return Judgment(Level.FINE, "not asked, as it is disabled")
    if not today.active:
        return Judgment(Level.FINE, "no active track is known to it")
    shares = [day.percent for day in earlier if day.possible][-USUAL_DAYS:]
    judged = _compare(today, shares, settings)
    return judged.with_plot(last_days(days, "percent", lambda day: day.percent), "percent")


def _compare(today: Coverage, shares: Sequence[float], settings: Settings) -> Judgment:
    numbers = {
        "read": today.ok,
        "missing": today.possible - today.ok,
        "possible": today.possible,
        "active": today.active,
        "percent": round(today.percent, 2),
    }
    sentence = f"{today.percent:.1f} percent of {today.possible:,} tracks read"
    if not today.ok:
        return Judgment(Level.ERROR, f"no count at all of {today.active:,} tracks", numbers)
    if len(shares) < LEAST_DAYS:
        return warming_up(f"{sentence}; what is usual is known after {LEAST_DAYS} days", **numbers)
    usual = median(shares)
    return Judgment(
        _level(today.percent / usual if usual else 1.0, settings),
        f"{sentence}; usual is {usual:.1f}",
        {**numbers, "usual_percent": round(usual, 2)},
    )


def _level(ratio: float, settings: Settings) -> Level:
    if ratio < settings.check_coverage_error:
        return Level.ERROR
    return Level.WARNING if ratio < settings.check_coverage_warn else Level.FINE
