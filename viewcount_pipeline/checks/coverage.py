"""Whether as many tracks were read as usual."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from viewcount_core.records import Service
from viewcount_core.settings import Settings
from viewcount_pipeline.checks.judgment import Judgment, Level, not_judged, warming_up
from viewcount_pipeline.checks.service_day import last_days

USUAL_DAYS = 7
LEAST_DAYS = 3


@dataclass(frozen=True, slots=True)
class Coverage:
    """One service's day: tracks that were active, those left for a later try, and those with a count.

    `rejected` of these have none that can be true; `spent` is units on the quota day that holds now, None for a past
    day, whose quota is over.
    """

    service_id: int
    day: date
    active: int
    deferred: int
    ok: int
    rejected: int
    spent: int | None

    @property
    def read(self) -> int:
        """Tracks with a count that can be true."""
        return self.ok - self.rejected

    @property
    def possible(self) -> int:
        """Tracks that could be read: what the quota or the hour left out is the word of `all_asked`."""
        return max(self.active - self.deferred, self.ok)

    @property
    def percent(self) -> float:
        """Read of what was possible."""
        return 100 * self.read / self.possible if self.possible else 0.0


def judge_coverage(days: Sequence[Coverage], settings: Settings) -> Judgment:
    """Compare the last of the days with the median of up to 7 before it."""
    *earlier, today = days
    if not today.ok and not settings.is_enabled(Service(today.service_id)):
        return not_judged("the service is disabled, so no count is missed")
    if not today.active and not today.ok:
        return not_judged("there is no active track to ask for")
    shares = [day.percent for day in earlier if day.possible][-USUAL_DAYS:]
    judged = _compare(today, shares, settings)
    return judged.with_plot(last_days(days, "percent", lambda day: day.percent), "percent")


def _compare(today: Coverage, shares: Sequence[float], settings: Settings) -> Judgment:
    missing = today.possible - today.read
    numbers = {
        "read": today.read,
        "missing": missing,
        "rejected": today.rejected,
        "possible": today.possible,
        "active": today.active,
        "percent": round(today.percent, 2),
    }
    if not today.read:
        return Judgment(Level.ERROR, _no_count(today), numbers, tracks=max(today.active, today.ok))
    sentence = f"{today.percent:.1f} percent of {today.possible:,} tracks read"
    if today.rejected:
        sentence += f", without {today.rejected:,} whose counts cannot be true"
    if len(shares) < LEAST_DAYS:
        return warming_up(f"{sentence}; what is usual is known after {LEAST_DAYS} days", **numbers)
    usual = median(shares)
    return Judgment(
        _level(today.percent / usual if usual else 1.0, settings),
        f"{sentence}; usual is {usual:.1f}",
        {**numbers, "usual_percent": round(usual, 2)},
        tracks=missing,
    )


def _no_count(today: Coverage) -> str:
    sentence = f"no count at all of {max(today.active, today.ok):,} tracks"
    if today.rejected:
        return f"{sentence} that can be true: {today.rejected:,} are negative or above 2^53"
    return f"{sentence}, {today.deferred:,} of them left for a later try" if today.deferred else sentence


def _level(ratio: float, settings: Settings) -> Level:
    if ratio < settings.check_coverage_error:
        return Level.ERROR
    return Level.WARNING if ratio < settings.check_coverage_warn else Level.FINE
