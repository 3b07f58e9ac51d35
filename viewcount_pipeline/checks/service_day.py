"""The facts of one service's day, as `service_days` keeps them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from viewcount_pipeline.checks.judgment import Rows

PLOTTED_DAYS = 14


@dataclass(frozen=True, slots=True)
class ServiceDay:
    """One row of `sql/pipeline/checked_service_days.sql`; instants are UTC, shift is in ln."""

    service_id: int
    day: date
    gate: str
    reason: str | None
    ok: int
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

    @property
    def is_closed(self) -> bool:
        """Whether nothing of this day is published."""
        return self.gate == "closed"


def last_days(days: Sequence[Any], name: str, value: Callable[[Any], float | int | None]) -> Rows:
    """Rows of a plot: the last 14 recorded days, newest first."""
    return [{"day": day.day, name: value(day)} for day in reversed(days[-PLOTTED_DAYS:])]
