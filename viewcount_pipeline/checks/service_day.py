"""The facts of one service's day, as `service_days` keeps them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from viewcount_pipeline.checks.judgment import Judgment, Rows, not_judged, warming_up
from viewcount_pipeline.quality.gate import CLOSED_BY_HAND
from viewcount_pipeline.quality.rules import RULES

PLOTTED_DAYS = 14
# As many days with counts before it let the growth of a day be judged: a rate takes two.
LEAST_KNOWN_DAYS = RULES.least_rates + 1
NOTHING_BEFORE = "no earlier day has believed counts to compare with"


@dataclass(frozen=True, slots=True)
class JudgedDay:
    """One service's day after its verdicts. `ok` tracks gave a count, `rejected` of them none that can be true."""

    service_id: int
    day: date
    gate: str
    reason: str | None
    ok: int
    rejected: int

    @property
    def is_closed(self) -> bool:
        """Whether nothing of this day is published."""
        return self.gate == "closed"

    @property
    def usable(self) -> int:
        """Tracks with a count that can be true."""
        return self.ok - self.rejected


@dataclass(frozen=True, slots=True)
class ServiceDay(JudgedDay):
    """One row of `sql/pipeline/checked_service_days.sql`; instants are UTC, shift is in ln.

    `known_days` is how many open days before it have counts, `previous_day` the last before it with any.
    """

    known_days: int
    moving: int
    moved: int
    new_zeros: int
    unit_errors: int
    same_value: int
    held: int
    flagged: int
    stale: bool | None
    stale_days: int
    shift: float | None
    last_observed_at: datetime | None
    previous_day: date | None
    previous_observed_at: datetime | None


def closed_day(day: JudgedDay) -> Judgment | None:
    """That the day is closed, and why; None when it is open."""
    if not day.is_closed:
        return None
    why = " by hand" if day.reason == CLOSED_BY_HAND else f", as {day.reason}" if day.reason else ""
    return not_judged(f"the day is closed{why}: nothing of it is published")


def no_counts(day: JudgedDay) -> Judgment | None:
    """That the day has no count to judge; None when it has one."""
    if day.usable:
        return None
    if day.rejected:
        return not_judged(f"none of {day.rejected:,} counts can be true", rejected=day.rejected)
    return not_judged("no count was read")


def too_early(known_days: int, nothing_found: str) -> Judgment | None:
    """That growth cannot be judged yet after so many days with counts; None when it can."""
    if not known_days:
        return warming_up(NOTHING_BEFORE, known_days=0)
    if known_days < LEAST_KNOWN_DAYS:
        judged_once = f"whether growth is unusual is known once {LEAST_KNOWN_DAYS} days before have counts"
        return warming_up(f"{nothing_found} so far; {judged_once}", known_days=known_days)
    return None


def last_days(days: Sequence[Any], name: str, value: Callable[[Any], float | int | None]) -> Rows:
    """Rows of a plot: the last 14 recorded days, newest first."""
    return [{"day": day.day, name: value(day)} for day in reversed(days[-PLOTTED_DAYS:])]
