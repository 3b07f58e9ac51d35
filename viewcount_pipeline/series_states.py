"""What the judge remembers of each series, in slots that each show the end of one day; see migration 0012."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from viewcount_core.database import Transaction
from viewcount_core.records import Service

# The slot that new states go to takes turns with the one they come from. Days before the newest have a pair of their
# own, so that judging an old day again leaves the newest states where they are.
NEWEST, OLDER = (0, 1), (2, 3)
# The day before the first that the log still holds.
FLOOR = 4


@dataclass(frozen=True, slots=True)
class Slot:
    """States after `day`."""

    number: int
    day: date
    digest: Any


@dataclass(frozen=True, slots=True)
class SlotPair:
    """Where the states before a day are, if anywhere, and where those after it go."""

    source: Slot | None
    target: int

    @property
    def source_number(self) -> int:
        """Slot to read from; one that holds nothing when there are no states yet."""
        return self.source.number if self.source else -1


def known_before(tx: Transaction, service: Service, day: date) -> Slot | None:
    """The latest states from before a day, which may lie several days before it."""
    return next((slot for slot in _true_slots(tx, service) if slot.day < day), None)


def open_slots(tx: Transaction, service: Service, day: date) -> SlotPair:
    """Slots for judging one day; the target holds nothing that the day's states would not replace."""
    source = known_before(tx, service, day)
    if source:
        _keep_month(tx, service, source, day)
    slots = _true_slots(tx, service)
    pair = OLDER if any(day < slot.day for slot in slots if slot.number in NEWEST) else NEWEST
    target = pair[1] if source and source.number == pair[0] else pair[0]
    kept = next((slot for slot in slots if slot.number == target), None)
    if not (kept and source and kept.day < source.day):
        tx.run("pipeline/clear_series_state", service_id=service.value, slot=target)
    return SlotPair(source, target)


def carry(tx: Transaction, service: Service, slots: SlotPair) -> None:
    """Take over the states of series that the day's first turn does not touch."""
    _copy(tx, service, slots.source_number, slots.target, everything=False)


def keep_floor(tx: Transaction, service: Service, first_kept: date) -> None:
    """Keep the states from before the first day that stays; they have to be known."""
    known = known_before(tx, service, first_kept)
    if known and known.number != FLOOR:
        _keep(tx, service, known, FLOOR)


def close_slot(tx: Transaction, service: Service, slot: int, day: date) -> Any:
    """Note the day a slot shows; return the fingerprint of its states."""
    digest = tx.row("pipeline/digest_series_state", service_id=service.value, slot=slot)["state_digest"]
    _note(tx, service, slot, day, digest)
    return digest


def _true_slots(tx: Transaction, service: Service) -> list[Slot]:
    rows = tx.rows("pipeline/series_state_slots", service_id=service.value)
    return [Slot(row["slot"], row["day"], row["state_digest"]) for row in rows]


def _keep_month(tx: Transaction, service: Service, source: Slot, day: date) -> None:
    """Keep the states a month begins with, so that its days can be judged again from there."""
    number = 12 * day.year + day.month
    if source.number != number and (source.day.year, source.day.month) != (day.year, day.month):
        _keep(tx, service, source, number)


def _keep(tx: Transaction, service: Service, source: Slot, number: int) -> None:
    tx.run("pipeline/clear_series_state", service_id=service.value, slot=number)
    _copy(tx, service, source.number, number, everything=True)
    _note(tx, service, number, source.day, source.digest)


def _copy(tx: Transaction, service: Service, slot: int, target: int, *, everything: bool) -> None:
    tx.run(
        "pipeline/carry_series_state", service_id=service.value, slot=slot, target_slot=target, everything=everything
    )


def _note(tx: Transaction, service: Service, slot: int, day: date, digest: Any) -> None:
    tx.run("pipeline/upsert_series_state_slot", service_id=service.value, slot=slot, day=day, state_digest=digest)
