"""Settings that say from where on a service's day is wrong. The rules of a single count are no settings."""

from datetime import time
from typing import Self

from pydantic import model_validator
from pydantic_settings import BaseSettings

from viewcount_core.setting_types import ENVIRONMENT, setting


class Thresholds(BaseSettings):
    """What closes the gate of a day, and what the checks warn of. Shares are 0 to 1."""

    model_config = ENVIRONMENT

    zero_burst_share: float = setting(
        "ZERO_BURST_SHARE", 0.01, "0.01", "Share of the series read that may turn 0 on one day.", ge=0, le=1
    )
    zero_burst_least: int = setting(
        "ZERO_BURST_LEAST", 3, "3", "Series that may turn 0 on one day, however few were read.", ge=0
    )
    scale_burst_share: float = setting(
        "SCALE_BURST_SHARE",
        0.005,
        "0.005",
        "Share of the series read that may show a power of ten times their last count.",
        ge=0,
        le=1,
    )
    scale_burst_least: int = setting(
        "SCALE_BURST_LEAST", 10, "10", "Series that may do so, however few were read.", ge=0
    )
    same_value_least: int = setting(
        "SAME_VALUE_LEAST", 5, "5", "Pages that may show one and the same count of 1,000 or more.", ge=1
    )

    check_coverage_warn: float = setting(
        "CHECK_COVERAGE_WARN", 0.95, "0.95", "Warn when fewer tracks than this share of the usual are read.", ge=0, le=1
    )
    check_coverage_error: float = setting(
        "CHECK_COVERAGE_ERROR", 0.80, "0.8", "An error when fewer tracks than this share of the usual are read.",
        ge=0, le=1,
    )  # fmt: skip
    check_stale_days: int = setting(
        "CHECK_STALE_DAYS", 3, "3", "Days in a row without new counts that make a service's stillness an error.", ge=1
    )
    check_shift_warn: float = setting(
        "CHECK_SHIFT_WARN", 0.25, "0.25", "Warn when all series of a service are off by this log ratio.", gt=0
    )
    check_shift_error: float = setting(
        "CHECK_SHIFT_ERROR", 0.70, "0.7", "An error when all series of a service are off by this log ratio.", gt=0
    )
    check_spacing_least_hours: float = setting(
        "CHECK_SPACING_LEAST_HOURS", 20.0, "20", "Warn when two days' readings are less apart.", ge=0
    )
    check_spacing_most_hours: float = setting(
        "CHECK_SPACING_MOST_HOURS", 28.0, "28", "Warn when two days' readings are further apart.", ge=0
    )
    check_held_share: float = setting(
        "CHECK_HELD_SHARE",
        0.001,
        "0.001",
        "Share of a day's readings that may be held before it is an error.",
        ge=0,
        le=1,
    )
    check_held_least: int = setting(
        "CHECK_HELD_LEAST", 20, "20", "Readings of a day that may be held, however few were read.", ge=0
    )
    check_fresh_by: time = setting(
        "CHECK_FRESH_BY", time(23, 30), "23:30", "UTC time by which every asset has its partition of today."
    )

    @model_validator(mode="after")
    def _warn_first(self) -> Self:
        pairs = {
            ("CHECK_COVERAGE_ERROR", "CHECK_COVERAGE_WARN"): (self.check_coverage_error, self.check_coverage_warn),
            ("CHECK_SHIFT_WARN", "CHECK_SHIFT_ERROR"): (self.check_shift_warn, self.check_shift_error),
            ("CHECK_SPACING_LEAST_HOURS", "CHECK_SPACING_MOST_HOURS"): (
                self.check_spacing_least_hours,
                self.check_spacing_most_hours,
            ),
        }
        for (lower, higher), (low, high) in pairs.items():
            if low > high:
                raise ValueError(f"{lower} is {low:g} and {higher} is {high:g}; the first has to be the lower one")
        return self
