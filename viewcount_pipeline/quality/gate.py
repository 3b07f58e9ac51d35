"""Whether a service's day may be published: what many readings at once show is the service's fault, not a track's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from viewcount_core.thresholds import Thresholds

OPENED_BY_HAND, CLOSED_BY_HAND = "open by hand", "closed by hand"
ZERO_BURST, SCALE_BURST, SAME_VALUE = "zero_burst", "scale_burst", "same_value"


@dataclass(frozen=True, slots=True)
class Gate:
    """Open or closed, why, and the faults that a later reading of the same day made good."""

    is_open: bool
    reason: str | None
    superseded: list[str]


def decide_gate(facts: Mapping[str, Any], usual_same_value: int, decided: str | None, limits: Thresholds) -> Gate:
    """The gate of one service's day from its facts (`service_day_facts.sql`); a person's word counts for more."""
    faults = _faults(facts, usual_same_value, limits)
    superseded = _superseded(facts, limits)
    if decided:
        is_open = decided == "open"
        return Gate(is_open, OPENED_BY_HAND if is_open else CLOSED_BY_HAND, superseded)
    return Gate(not faults, "; ".join(faults) or None, superseded)


def crowd_limit(usual_same_value: int, limits: Thresholds) -> int:
    """Different pages that may show one and the same count."""
    return max(limits.same_value_least, usual_same_value)


def zero_limit(series: int, limits: Thresholds) -> float:
    """Series of those read that may fall to zero on one day."""
    return max(limits.zero_burst_least, limits.zero_burst_share * series)


def unit_error_limit(series: int, limits: Thresholds) -> float:
    """Series of those read that may show a power of ten times their last count on one day."""
    return max(limits.scale_burst_least, limits.scale_burst_share * series)


def _faults(facts: Mapping[str, Any], usual_same_value: int, limits: Thresholds) -> list[str]:
    series = facts["series"]
    faults = []
    if facts["new_zeros"] > zero_limit(series, limits):
        faults.append(f"{facts['new_zeros']} of {series} tracks fell to zero")
    if facts["unit_errors"] > unit_error_limit(series, limits):
        faults.append(f"{facts['unit_errors']} of {series} tracks show a power of ten times their last count")
    if facts["same_value"] > crowd_limit(usual_same_value, limits):
        faults.append(f"{facts['same_value']} different pages show one and the same count")
    return faults


def _superseded(facts: Mapping[str, Any], limits: Thresholds) -> list[str]:
    series = facts["series"]
    kinds = [SAME_VALUE]
    if facts["ever_new_zeros"] > zero_limit(series, limits):
        kinds.append(ZERO_BURST)
    if facts["ever_unit_errors"] > unit_error_limit(series, limits):
        kinds.append(SCALE_BURST)
    return kinds
