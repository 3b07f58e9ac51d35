"""Whether a service's day may be published: what many readings at once show is the service's fault, not a track's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from viewcount_core.thresholds import Thresholds

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
        return Gate(decided == "open", f"{decided} by hand", superseded)
    return Gate(not faults, "; ".join(faults) or None, superseded)


def crowd_limit(usual_same_value: int, limits: Thresholds) -> int:
    """Different pages that may show one and the same count."""
    return max(limits.same_value_least, usual_same_value)


def _faults(facts: Mapping[str, Any], usual_same_value: int, limits: Thresholds) -> list[str]:
    series = facts["series"]
    faults = []
    if _are_many_zeros(facts["new_zeros"], series, limits):
        faults.append(f"{facts['new_zeros']} of {series} tracks fell to zero")
    if _are_many_unit_errors(facts["unit_errors"], series, limits):
        faults.append(f"{facts['unit_errors']} of {series} tracks show a power of ten times their last count")
    if facts["same_value"] > crowd_limit(usual_same_value, limits):
        faults.append(f"{facts['same_value']} different pages show one and the same count")
    return faults


def _superseded(facts: Mapping[str, Any], limits: Thresholds) -> list[str]:
    series = facts["series"]
    kinds = [SAME_VALUE]
    if _are_many_zeros(facts["ever_new_zeros"], series, limits):
        kinds.append(ZERO_BURST)
    if _are_many_unit_errors(facts["ever_unit_errors"], series, limits):
        kinds.append(SCALE_BURST)
    return kinds


def _are_many_zeros(zeros: int, series: int, limits: Thresholds) -> bool:
    return zeros > max(limits.zero_burst_least, limits.zero_burst_share * series)


def _are_many_unit_errors(unit_errors: int, series: int, limits: Thresholds) -> bool:
    return unit_errors > max(limits.scale_burst_least, limits.scale_burst_share * series)
