"""The constants that verdicts rest on, by the names under which `sql/pipeline/judge_readings.sql` takes them.

docs/data-quality.md says what each rule is for, and on which histories these values were measured.
"""

from dataclasses import dataclass
from math import log, log10


@dataclass(frozen=True, slots=True)
class Rules:
    """Counts in plays, rates and paces in plays a day, residuals and their bounds in ln, scales of them likewise."""

    # Pace and scale of a series
    short_rates: int = 5
    long_rates: int = 21
    least_rates: int = 2
    kept_residuals: int = 28
    pool_weight: int = 10
    clip: float = 3.0
    # A fall
    zero_base: int = 5
    jitter_plays: int = 50
    jitter_share: float = 0.0005
    jitter_seconds: int = 6 * 3600
    correction_share: float = 0.02
    # Another unit, another track
    unit_tolerance: float = log10(1.1)
    wild_ratio: int = 20
    wild_base: int = 100
    # A jump
    jump_z: float = 8.0
    jump_share: float = 0.03
    jump_residual: float = log(4.0)
    # A spike or drop, and a mover that is neither
    spike_z: float = 5.0
    drop_z: float = 4.0
    repeated_drop_z: float = 3.0
    strict_floor: float = 0.18
    spike_residual: float = log(1.8)
    drop_residual: float = log(2.0)
    mover_z: float = 4.0
    mover_floor: float = 0.10
    rising_residual: float = log(1.6)
    falling_residual: float = log(1 / 0.6)
    least_surplus: int = 30
    least_expected: int = 20
    # A standstill
    stuck_days: int = 2
    dormant_days: int = 8
    # A new level, or flags in a row that make a new pace
    level_residual: float = log(1.8)
    spike_regime: int = 2
    drop_regime: int = 3
    # The pool of a service's residuals
    pool_pace: int = 20


RULES = Rules()

# The pool begins here, and moves by a tenth of each day that has enough residuals.
FIRST_SCALE = 0.15
POOL_STEP = 0.1
POOL_RESIDUALS = 25
# A series that gains this much a day is expected to move every day; a service that shows most of them unmoved is stale.
MOVING_PACE = 3
STALE_SHARE = 0.5
# The last recorded days that say what is usual.
USUAL_DAYS = 7
