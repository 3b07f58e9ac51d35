"""Verdicts by a naive computation, one reading after another, to hold the set-based statements against."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from math import exp, log, log10, sqrt
from statistics import median

from viewcount_pipeline.quality.rules import (
    FIRST_SCALE,
    MOVING_PACE,
    POOL_RESIDUALS,
    POOL_STEP,
    RULES,
    STALE_SHARE,
    Rules,
)

DAY_SECONDS = 86_400


@dataclass
class Judged:
    """One reading and what became of it."""

    isrc: str
    at: datetime
    count: int
    verdict: str = "accepted"
    kind: str | None = None
    accepted: int | None = None
    source_at: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.source_at = self.at


@dataclass
class Memory:
    """What is known of one series."""

    base: Judged | None = None
    undone: Judged | None = None
    held: Judged | None = None
    rates: list[float] = field(default_factory=list)
    regime: int = 0
    residuals: list[float] = field(default_factory=list)
    side: int = 0
    flagged_rates: list[float] = field(default_factory=list)
    still_days: int = 0
    still_before: int = 0


class ServiceModel:
    """All series of one service, day after day."""

    def __init__(self, rules: Rules = RULES) -> None:
        self.rules = rules
        self.memories: dict[str, Memory] = {}
        self.scale = FIRST_SCALE
        self._is_stale = False
        self._fresh_day = date.min
        self._shift = 0.0
        self._pooled: list[float] = []

    def judge_day(self, readings: Iterable[tuple[str, datetime, int]]) -> list[Judged]:
        """Judge the readings of one UTC day; those held before may change their verdict."""
        today = [Judged(*reading) for reading in sorted(readings, key=lambda reading: (reading[1], reading[0]))]
        self._is_stale = self._stands_still(today)
        self._shift = 0.0 if self._is_stale else self._common_shift(today)
        if not self._is_stale:
            self._fresh_day = today[0].at.date()
        self._pooled = []
        for reading in today:
            self._judge(self._memory(reading.isrc), reading)
        if len(self._pooled) >= POOL_RESIDUALS:
            self.scale += POOL_STEP * (1.4826 * median(map(abs, self._pooled)) - self.scale)
            self.scale = round(self.scale, 4)
        return today

    def _memory(self, isrc: str) -> Memory:
        return self.memories.setdefault(isrc, Memory())

    def _pace(self, memory: Memory) -> float | None:
        if memory.regime < self.rules.least_rates:
            return None
        return median(memory.rates[-min(memory.regime, self.rules.short_rates) :])

    def _stands_still(self, today: list[Judged]) -> bool:
        moved: dict[str, bool] = {}
        for reading in today:
            memory = self._memory(reading.isrc)
            if (self._pace(memory) or 0) >= MOVING_PACE:
                seen = {known.count for known in (memory.base, memory.held) if known}
                moved[reading.isrc] = moved.get(reading.isrc, False) or reading.count not in seen
        return sum(moved.values()) < (1 - STALE_SHARE) * len(moved)

    def _common_shift(self, today: list[Judged]) -> float:
        shifts = []
        for reading in today:
            memory = self._memory(reading.isrc)
            pace = self._pace(memory) or 0
            if pace >= self.rules.pool_pace and memory.base and not memory.held and reading.count > memory.base.count:
                shifts.append(log((_rate(memory.base, reading) + 1) / (pace + 1)))
        return median(shifts) if len(shifts) >= POOL_RESIDUALS else 0.0

    def _excused(self, residual: float) -> float:
        if residual * self._shift <= 0:
            return residual
        return (1 if residual > 0 else -1) * max(abs(residual) - abs(self._shift), 0.0)

    def _judge(self, memory: Memory, reading: Judged) -> None:
        base = memory.base
        if self._is_stale and base and reading.count != base.count and base.at.date() < self._fresh_day:
            reading.source_at -= reading.at.date() - self._fresh_day
        if memory.held:
            is_repeat = self._is_stale and reading.count == memory.held.count > 0
            if is_repeat or memory.held.at.date() == reading.at.date():
                reading.verdict = "ignored"
                return
            self._decide_held(memory, reading)
        if memory.undone and memory.undone.count == reading.count:
            memory.base, memory.undone = memory.undone, None
        if memory.base is None:
            self._accept(memory, reading, "warming_up")
        elif reading.count < memory.base.count:
            self._judge_fall(memory, memory.base, reading)
        elif reading.count == memory.base.count:
            self._judge_standstill(memory, memory.base, reading)
        else:
            self._judge_rise(memory, memory.base, reading)

    def _decide_held(self, memory: Memory, later: Judged) -> None:
        held, base = memory.held, memory.base
        assert held
        assert base
        memory.held = None
        believed = 0 < held.count <= later.count and (held.count >= base.count or later.count < base.count)
        if not believed:
            held.verdict = "rejected"
            return
        held.verdict, held.accepted = "restated", held.count
        self._move(memory, held, undone=None)
        pace = self._pace(memory)
        if pace is not None and abs(log((_rate(held, later) + 1) / (pace + 1))) > self.rules.level_residual:
            memory.rates, memory.regime, memory.side = [], 0, 0

    def _judge_fall(self, memory: Memory, base: Judged, reading: Judged) -> None:
        rules, fall = self.rules, base.count - reading.count
        if reading.count == 0 and base.count >= rules.zero_base:
            self._hold(memory, reading, "zero")
        elif fall <= rules.jitter_plays or self._is_jitter(base, reading):
            reading.kind, reading.accepted = "jitter", base.count
        elif fall <= rules.correction_share * base.count:
            self._accept(memory, reading, "correction")
        else:
            self._hold(memory, reading, "decrease")

    def _is_jitter(self, base: Judged, reading: Judged) -> bool:
        is_soon = (reading.at - base.at).total_seconds() <= self.rules.jitter_seconds
        return is_soon and abs(reading.count - base.count) <= self.rules.jitter_share * base.count

    def _judge_standstill(self, memory: Memory, base: Judged, reading: Judged) -> None:
        days = (reading.at.date() - base.at.date()).days
        usual = min(self._pace(memory) or 0, median(memory.rates or [0]))
        missed = usual * _seconds(base, reading) / DAY_SECONDS
        kind = None
        if not self._is_stale:
            memory.still_days = days
        is_long = days >= self.rules.stuck_days and days > memory.still_before
        if is_long and missed > self.rules.least_expected and not self._is_stale:
            kind = "stuck" if days < self.rules.dormant_days else "dormant"
        self._accept(memory, reading, kind)

    def _judge_rise(self, memory: Memory, base: Judged, reading: Judged) -> None:
        pace = self._pace(memory)
        if pace is None:
            is_wild = reading.count > self.rules.wild_ratio * base.count or self._is_other_unit(base, reading)
            if is_wild and base.count >= self.rules.wild_base:
                self._hold(memory, reading, "jump")
                return
            self._remember_rate(memory, _rate(base, reading))
            self._accept(memory, reading, "warming_up")
            return
        before = base
        if memory.undone and reading.count > memory.undone.count:
            before = min(base, memory.undone, key=lambda one: abs(log((_rate(one, reading) + 1) / (pace + 1))))
        self._judge_pace(memory, before, reading, pace)

    def _judge_pace(self, memory: Memory, before: Judged, reading: Judged, pace: float) -> None:
        rules, rate = self.rules, _rate(before, reading)
        plays, expected = reading.count - before.count, pace * _seconds(before, reading) / DAY_SECONDS
        short = self._excused(log((rate + 1) / (pace + 1)))
        long = self._excused(log((rate + 1) / (median(memory.rates) + 1)))
        is_dated = not self._is_stale or reading.source_at < reading.at
        if plays - expected >= rules.least_surplus:
            side = 1
        else:
            side = -1 if expected >= rules.least_expected and is_dated else 0
        off = min(side * short, side * long)
        scale = self._spread(memory, max(plays, expected), rules.strict_floor)
        drop_z = rules.repeated_drop_z if memory.side < 0 else rules.drop_z
        z, least = (rules.spike_z, rules.spike_residual) if side > 0 else (drop_z, rules.drop_residual)
        flag_bound = max(z * scale, least)
        is_flagged = off > flag_bound
        assert memory.base
        least = rules.rising_residual if side > 0 else rules.falling_residual
        mover_bound = max(rules.mover_z * self._spread(memory, max(plays, expected), rules.mover_floor), least)
        if off > min(flag_bound, mover_bound) and self._is_jitter(memory.base, reading):
            reading.kind, reading.accepted = "jitter", memory.base.count
            return
        is_far = short > max(rules.jump_z * scale, rules.jump_residual)
        if is_flagged and side > 0 and is_far and plays > rules.jump_share * memory.base.count:
            self._hold(memory, reading, "jump")
            return
        flag = side if is_flagged else 0
        self._learn(memory, rate, pace, short, scale, flag)
        self._accept(memory, reading, {1: "spike", -1: "drop"}.get(flag, "mover" if off > mover_bound else None))

    def _learn(self, memory: Memory, rate: float, pace: float, residual: float, scale: float, flag: int) -> None:
        clip = self.rules.clip * scale
        clipped = min(max(residual, -clip), clip)
        streak = [*memory.flagged_rates, rate] if flag and flag == memory.side else [rate]
        self._remember_rate(memory, max((pace + 1) * exp(flag * clip) - 1, 0.0) if flag else rate)
        memory.side, memory.flagged_rates = flag, streak
        if flag and len(streak) == (self.rules.spike_regime if flag > 0 else self.rules.drop_regime):
            memory.rates[-len(streak) :], memory.regime, memory.side = streak, len(streak), 0
        memory.residuals = [*memory.residuals, clipped][-self.rules.kept_residuals :]
        if pace >= self.rules.pool_pace:
            self._pooled.append(clipped)

    def _remember_rate(self, memory: Memory, rate: float) -> None:
        memory.rates = [*memory.rates, rate][-self.rules.long_rates :]
        memory.regime += 1

    def _spread(self, memory: Memory, expected: float, floor: float) -> float:
        number, weight = len(memory.residuals), self.rules.pool_weight
        own = 1.4826 * median([abs(residual) for residual in memory.residuals] or [0.0])
        return sqrt((number * own**2 + weight * self.scale**2) / (number + weight) + floor**2 + 1 / (expected + 1))

    def _accept(self, memory: Memory, reading: Judged, kind: str | None) -> None:
        reading.kind, reading.accepted = kind, reading.count
        if memory.base is None or memory.base.count != reading.count:
            self._move(memory, reading, undone=memory.base if kind == "correction" else None)

    def _move(self, memory: Memory, base: Judged, undone: Judged | None) -> None:
        memory.base, memory.undone = base, undone
        memory.still_before, memory.still_days = memory.still_days, 0

    def _hold(self, memory: Memory, reading: Judged, kind: str) -> None:
        assert memory.base
        reading.verdict, memory.held = "held", reading
        reading.kind = "unit_error" if self._is_other_unit(memory.base, reading) else kind

    def _is_other_unit(self, base: Judged, reading: Judged) -> bool:
        if not (base.count and reading.count):
            return False
        power = log10(reading.count / base.count)
        digits = iter(str(base.count))
        is_lost = all(digit in digits for digit in str(reading.count))
        return is_lost or (round(power) != 0 and abs(power - round(power)) <= self.rules.unit_tolerance)


def naive_verdicts(readings: Iterable[tuple[str, datetime, int]]) -> dict[tuple[str, datetime], tuple[str, str, int]]:
    """Verdict, kind and accepted count of each reading of one service, judged day after day."""
    days: dict[date, list[tuple[str, datetime, int]]] = {}
    for reading in readings:
        days.setdefault(reading[1].date(), []).append(reading)
    model = ServiceModel()
    judged = [one for day in sorted(days) for one in model.judge_day(days[day])]
    return {(one.isrc, one.at): (one.verdict, one.kind, one.accepted) for one in judged}


def _seconds(earlier: Judged, later: Judged) -> float:
    return max((later.source_at - earlier.source_at).total_seconds(), 1)


def _rate(earlier: Judged, later: Judged) -> float:
    return (later.count - earlier.count) / (_seconds(earlier, later) / DAY_SECONDS)
