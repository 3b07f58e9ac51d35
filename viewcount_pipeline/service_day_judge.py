"""Judges one service's day: its gate first, then its readings in turns, from the states after the day before."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from viewcount_core.database import Transaction
from viewcount_core.records import Service
from viewcount_core.thresholds import Thresholds
from viewcount_pipeline.anomalies import note_judged_day
from viewcount_pipeline.quality.gate import crowd_limit, decide_gate
from viewcount_pipeline.quality.rules import (
    FIRST_SCALE,
    MOVING_PACE,
    POOL_RESIDUALS,
    POOL_STEP,
    STALE_SHARE,
    Rules,
)
from viewcount_pipeline.series_states import SlotPair, carry, close_slot, open_slots

CROWD_COUNT = 1_000  # tracks that share a smaller count share it by chance
USUAL_DAYS = 7


class ServiceDayJudge:
    """One service's day in one transaction. The days before it have to be judged as they stand."""

    def __init__(self, tx: Transaction, service: Service, day: date, limits: Thresholds, rules: Rules) -> None:
        self._tx = tx
        self._key: dict[str, Any] = {"service_id": service.value, "day": day}
        self._service = service
        self._day = day
        self._limits = limits
        self._rules = rules

    def judge(self) -> dict[str, int]:
        """Write gate, verdicts and states; returns `rows` and `rows_changed` of the verdicts, and `day_changed`."""
        # Before anything is read: what is stored meanwhile notes the day again.
        self._tx.run("pipeline/delete_unjudged_day", **self._key)
        for query in (
            "pipeline/create_day_readings",
            "pipeline/create_judged_readings",
            "pipeline/clear_judged_readings",
        ):
            self._tx.run(query)
        context = self._tx.row("pipeline/service_day_context", **self._key, usual_days=USUAL_DAYS)
        slots = open_slots(self._tx, self._service, self._day)
        self._stage(slots, context)
        facts = self._tx.row("pipeline/service_day_facts", moving_pace=MOVING_PACE, pool_residuals=POOL_RESIDUALS)
        facts |= self._staleness(facts, context)
        gate = decide_gate(facts, context["usual_same_value"], context["decided_gate"], self._limits)
        self._tx.run("pipeline/judge_unusable_readings", **self._key, is_open=gate.is_open, superseded=gate.superseded)
        scale = context["scale"] or FIRST_SCALE
        is_moved = gate.is_open and facts["readings"] > 0
        if is_moved:
            self._judge_turns(slots, facts, fresh_day=context["fresh_day"], scale=scale)
        written = self._tx.row("pipeline/upsert_count_verdicts", **self._key)
        resolved = self._resolve()
        digest = close_slot(self._tx, self._service, slots.target, self._day) if is_moved else context["opening_digest"]
        day_changed = self._tx.changed(
            "pipeline/close_service_day",
            **self._key,
            **{name: facts[name] for name in _DAY_FACTS},
            gate="open" if gate.is_open else "closed",
            reason=gate.reason,
            scale=scale,
            pool_step=POOL_STEP,
            pool_residuals=POOL_RESIDUALS,
            opening_digest=context["opening_digest"],
            state_digest=digest,
        )
        if written["rows_changed"] + resolved + day_changed:
            note_judged_day(self._tx, self._service, self._day)
        return {"rows": written["rows"], "rows_changed": written["rows_changed"] + resolved, "day_changed": day_changed}

    def _stage(self, slots: SlotPair, context: Mapping[str, Any]) -> None:
        self._tx.run(
            "pipeline/stage_day_readings",
            **self._key,
            slot=slots.source_number,
            pool_pace=self._rules.pool_pace,
            zero_base=self._rules.zero_base,
            unit_base=self._rules.wild_base,
            unit_tolerance=self._rules.unit_tolerance,
            crowd_count=CROWD_COUNT,
            crowd_limit=crowd_limit(context["usual_same_value"], self._limits),
        )

    def _staleness(self, facts: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, Any]:
        """Most moving series showed only counts already seen, all day long; what few show is no common shift then."""
        if facts["moved"] >= (1 - STALE_SHARE) * facts["moving"]:
            return {"stale": False, "stale_days": 0}
        return {"stale": True, "stale_days": context["stale_days"] + 1, "shift": None}

    def _judge_turns(self, slots: SlotPair, facts: Mapping[str, Any], *, fresh_day: date | None, scale: float) -> None:
        for turn in range(1, facts["turns"] + 1):
            self._tx.run(
                "pipeline/judge_readings",
                **self._key,
                **asdict(self._rules),
                slot=slots.source_number if turn == 1 else slots.target,
                turn=turn,
                is_stale=facts["stale"],
                fresh_day=fresh_day,
                shift=facts["shift"] or 0.0,
                scale=scale,
            )
            if turn == 1:
                carry(self._tx, self._service, slots)
            self._tx.run("pipeline/upsert_series_state", service_id=self._service.value, slot=slots.target, turn=turn)

    def _resolve(self) -> int:
        """Few rows of other days: looked up one by one, where a day's plan would read them all."""
        with self._tx.looking_up():
            return int(self._tx.row("pipeline/resolve_held_readings", **self._key)["rows_changed"])


_DAY_FACTS = (
    "stale",
    "stale_days",
    "shift",
    "readings",
    "moving",
    "moved",
    "new_zeros",
    "unit_errors",
    "same_value",
)
