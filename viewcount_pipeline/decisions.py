"""A person's word on a held reading or on a service's day: a row of its own, which every rebuild obeys."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from viewcount_core.database import Database, Transaction
from viewcount_core.errors import InputError
from viewcount_core.records import Service
from viewcount_pipeline.anomalies import note_judged_day


@dataclass(frozen=True, slots=True)
class HeldReading:
    """A reading that was held, whatever has become of it; `kind` tells why.

    `resolved_at` is when the later reading was read that decided it, if one did.
    """

    observed_at: datetime
    view_count: int
    kind: str
    verdict: str
    resolved_at: datetime | None


def decide_reading(
    database: Database, isrc: str, service: Service, day: date, *, is_confirmed: bool, why: str
) -> HeldReading:
    """Store what becomes of a held reading; return it as it was. Raise `InputError` where there is none to decide.

    The verdict follows when the day is rebuilt.
    """
    with database.transaction() as tx:
        reading = _held_reading(tx, isrc, service, day)
        tx.run(
            "pipeline/insert_verdict_decision",
            isrc=isrc,
            service_id=service.value,
            observed_at=reading.observed_at,
            is_confirmed=is_confirmed,
            why=why,
        )
        # The states after the reading's own day may stay as they are, and yet that later day went by the old word.
        for judged in {day, (reading.resolved_at or reading.observed_at).date()}:
            tx.run("pipeline/insert_unjudged_day", service_id=service.value, day=judged)
        # Its verdict may stay what it was, and is a person's word from now on.
        note_judged_day(tx, service, day)
    return reading


def find_verdict(database: Database, isrc: str, service: Service, observed_at: datetime) -> str | None:
    """What is believed of a reading now; None where it is not judged."""
    with database.transaction() as tx:
        answers = _answers(tx, isrc, service, observed_at.date())
    return next((answer["verdict"] for answer in answers if answer["observed_at"] == observed_at), None)


def decide_gate(database: Database, service: Service, day: date, *, gate: str, why: str) -> str | None:
    """Store whether a service's day may be published; return its gate before, None where it was not judged yet.

    Raise `InputError` for a day on which the service was not asked. Verdicts follow when the day is rebuilt.
    """
    with database.transaction() as tx:
        before = tx.row("pipeline/gate_of_day", service_id=service.value, day=day)
        if not before["was_asked"]:
            raise InputError(f"{service.key} {day}: nothing was asked on that day, so there is nothing to publish")
        tx.run("pipeline/insert_gate_decision", service_id=service.value, day=day, gate=gate, why=why)
        tx.run("pipeline/insert_unjudged_day", service_id=service.value, day=day)
    return _gate(before)


def find_gate(database: Database, service: Service, day: date) -> str | None:
    """The gate of a service's day; None where it was not judged yet."""
    with database.transaction() as tx:
        return _gate(tx.row("pipeline/gate_of_day", service_id=service.value, day=day))


def _held_reading(tx: Transaction, isrc: str, service: Service, day: date) -> HeldReading:
    answers = _answers(tx, isrc, service, day)
    for answer in answers:
        if answer["was_held"]:
            return HeldReading(
                answer["observed_at"], answer["view_count"], answer["kind"], answer["verdict"], answer["resolved_at"]
            )
    raise InputError(f"{isrc} {service.key} {day}: {_why_not(tx, isrc, service, day, answers)}")


def _answers(tx: Transaction, isrc: str, service: Service, day: date) -> list[dict[str, Any]]:
    return tx.rows("pipeline/answers_of_track_day", isrc=isrc, service_id=service.value, day=day)


def _why_not(tx: Transaction, isrc: str, service: Service, day: date, answers: list[dict[str, Any]]) -> str:
    if not answers:
        if not tx.row("pipeline/has_track", isrc=isrc)["is_known"]:
            return "there is no track with this ISRC; `viewcount export observations` lists those that were asked for"
        return f"nothing was asked on that day; `viewcount export observations --isrc {isrc}` lists the days there are"
    readings = [answer for answer in answers if answer["status"] == "ok"]
    if not readings:
        return f"no count was read on that day, the answer was {answers[-1]['status']}; only a held reading is decided"
    last = readings[-1]
    if last["verdict"] is None:
        return f"the reading is not judged yet; run `viewcount rebuild --from {day} --to {day}` first"
    if _gate(tx.row("pipeline/gate_of_day", service_id=service.value, day=day)) == "closed":
        return f"the whole day is closed; `viewcount gate open {service.key} {day} --why ...` decides about it"
    because = f" ({last['kind']})" if last["kind"] else ""
    return f"the reading was never held, it is {last['verdict']}{because}; only a held reading can be decided"


def _gate(row: dict[str, Any]) -> str | None:
    gate: str | None = row["gate"]
    return gate
