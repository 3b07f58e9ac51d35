"""Judges one service's day: its gate first, then its readings in turns, from the states after the day before."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from viewcount_core.database import Transaction
from viewcount_core.records import Service
from viewcount_core.thresholds import Thresholds
from viewcount_pipeline.anomalies import note_judged_day
from viewcount_pipeline.quality.gate import Gate, crowd_limit, decide_gate
from viewcount_pipeline.quality.rules import (
    FIRST_SCALE,
    MOVING_PACE,
    POOL_RESIDUALS,
    POOL_STEP,
    STALE_SHARE,
    USUAL_DAYS,
    Rules,
)
from viewcount_pipeline.series_states import Slot, carry, close_slot, known_before, open_slot, slot_number

CROWD_COUNT = 1_000  # tracks that share a smaller count share it by chance
DAY_FACTS = (
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


class ServiceDayJudge:
    """One service's day in one transaction. The days before it have to be judged as they stand.

    Of a day that the run `is_asked` for, the steps that follow record all; of any other they record what is queued.
    """

    def __init__(
        self,
        tx: Transaction,
        service: Service,
        day: date,
        limits: Thresholds,
        rules: Rules,
        *,
        is_asked: bool = True,
    ) -> None:
        self._tx = tx
        self._key: dict[str, Any] = {"service_id": service.value, "day": day}
        self._service = service
        self._day = day
        self._limits = limits
        self._rules = rules
        self._is_asked = is_asked

    def judge(self) -> dict[str, int]:
        """Write gate, verdicts and states; returns `rows` and `rows_changed` of the verdicts, and `day_changed`."""
        # Before anything is read: what is stored meanwhile notes the day again.
        self._tx.run("pipeline/delete_unjudged_day", **self._key)
        source = known_before(self._tx, self._service, self._day)
        context = self._tx.row("pipeline/service_day_context", **self._key, usual_days=USUAL_DAYS)
        context["scale"] = context["scale"] or FIRST_SCALE
        facts = self._facts(source, context)
        gate = decide_gate(facts, context["usual_same_value"], context["decided_gate"], self._limits)
        self._tx.run("pipeline/judge_unusable_readings", **self._key, is_open=gate.is_open, superseded=gate.superseded)
        digest = context["opening_digest"]
        if gate.is_open and facts["readings"]:
            digest = self._judge_turns(source, facts, context)
        written = self._tx.row("pipeline/upsert_count_verdicts", **self._key, queues_added=not self._is_asked)
        changed = written["rows_changed"] + self._resolve()
        day_changed = self._close(facts, gate, context, digest)
        if changed + day_changed:
            note_judged_day(self._tx, self._service, self._day)
        return {"rows": written["rows"], "rows_changed": changed, "day_changed": day_changed}

    def _facts(self, source: Slot | None, context: Mapping[str, Any]) -> dict[str, Any]:
        for query in (
            "pipeline/create_day_readings",
            "pipeline/create_judged_readings",
            "pipeline/clear_judged_readings",
        ):
            self._tx.run(query)
        self._stage(source, context)
        facts = self._tx.row("pipeline/service_day_facts", moving_pace=MOVING_PACE, pool_residuals=POOL_RESIDUALS)
        return facts | self._staleness(facts, context)

    def _stage(self, source: Slot | None, context: Mapping[str, Any]) -> None:
        self._tx.run(
            "pipeline/stage_day_readings",
            **self._key,
            slot=slot_number(source),
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

    def _judge_turns(self, source: Slot | None, facts: Mapping[str, Any], context: Mapping[str, Any]) -> Any:
        """One reading a series at a time; returns the fingerprint of the states they lead to."""
        target = open_slot(self._tx, self._service, source, self._day)
        for turn in range(1, facts["turns"] + 1):
            self._tx.run(
                "pipeline/judge_readings",
                **self._key,
                **asdict(self._rules),
                slot=slot_number(source) if turn == 1 else target,
                turn=turn,
                is_stale=facts["stale"],
                fresh_day=context["fresh_day"],
                shift=facts["shift"] or 0.0,
                scale=context["scale"],
            )
            if turn == 1:
                carry(self._tx, self._service, source, target)
            self._tx.run("pipeline/upsert_series_state", service_id=self._service.value, slot=target, turn=turn)
        return close_slot(self._tx, self._service, target, self._day)

    def _resolve(self) -> int:
        """Few rows of other days: looked up one by one, where a day's plan would read them all."""
        with self._tx.looking_up():
            return int(self._tx.row("pipeline/resolve_held_readings", **self._key)["rows_changed"])

    def _close(self, facts: Mapping[str, Any], gate: Gate, context: Mapping[str, Any], digest: Any) -> int:
        return self._tx.changed(
            "pipeline/close_service_day",
            **self._key,
            **{name: facts[name] for name in DAY_FACTS},
            gate="open" if gate.is_open else "closed",
            reason=gate.reason,
            scale=context["scale"],
            pool_step=POOL_STEP,
            pool_residuals=POOL_RESIDUALS,
            opening_digest=context["opening_digest"],
            opening_context=context["opening_context"],
            state_digest=digest,
        )
