"""What is known of the readings of a counter, once it is settled what happened to it and which days were read."""

from collections.abc import Iterator

from benchmarks.quality.calendar import Calendar
from benchmarks.quality.counters import Counter, Event
from benchmarks.quality.faults import OF_READING
from benchmarks.quality.history import Label, Role

USUAL = (0.5, 2.0)
"""A rise between these times the expected one gives no fault away."""
LEAST_ERROR = 50
"""Plays by which a reading has to be wrong."""
LEAST_FROZEN_DAYS = 2
_ORDER = list(Role)


def label_counter(counter: Counter, calendar: Calendar) -> dict[int, Label]:
    """By day, for those that were read and are not plain good ones."""
    labels: dict[int, Label] = {}
    for day, label in (*_crowd_labels(counter, calendar), *_stale_labels(counter), *_fault_labels(counter)):
        if counter.read[day] and (day not in labels or _ORDER.index(label.role) < _ORDER.index(labels[day].role)):
            labels[day] = label
    return labels


def _crowd_labels(counter: Counter, calendar: Calendar) -> Iterator[tuple[int, Label]]:
    for day in counter.burst_days:
        yield day, Label("organic_burst", None, Role.BURST)
    for service, day, _ in calendar.shocks:
        if service is counter.song.service:
            yield day, Label("service_shock", None, Role.SHOCK)
    for day in counter.viral_days:
        seen = counter.first_reading_of(day)
        if seen is not None:
            yield seen, Label("viral_burst", None, Role.NEUTRAL)


def _stale_labels(counter: Counter) -> Iterator[tuple[int, Label]]:
    for day in filter(counter.is_stale, range(counter.days)):
        yield day, Label("source_stale", None, Role.SOURCE_STALE)
        moved = counter.first_fresh_reading(day)
        if moved is not None:
            yield moved, Label("source_stale", None, Role.CATCH_UP)


def _fault_labels(counter: Counter) -> Iterator[tuple[int, Label]]:
    for event in counter.events:
        days = _days_seen(counter, event)
        if not days:
            continue
        for day in days:
            role = Role.NEUTRAL if _is_unclear(counter, event, day) else Role.FAULT
            yield day, Label(event.kind, event.number, role)
        after = counter.first_fresh_reading(max(event.days[-1], days[-1]) + 1)
        if after is not None:
            role = {"stuck": Role.CATCH_UP, "drop": Role.NEUTRAL}.get(event.kind, Role.RECOVERY)
            yield after, Label(event.kind, event.number, role)


def _days_seen(counter: Counter, event: Event) -> list[int]:
    """A wrong reading goes with its day; a changed counter is seen when it is next read."""
    if event.kind in OF_READING:
        frozen = event.kind == "stuck"
        return [day for day in event.days if counter.read[day] and not (frozen and counter.is_stale(day))]
    seen = {counter.first_reading_of(day) for day in event.days}
    return sorted(day for day in seen if day is not None)


def _is_unclear(counter: Counter, event: Event, day: int) -> bool:
    """Frozen since yesterday, wrong by next to nothing, or diluted by the days between two readings."""
    if event.kind == "stuck":
        since = next((at for at in range(event.days[0] - 1, day) if counter.read[at]), day)
        return day - since < LEAST_FROZEN_DAYS
    true_level = counter.levels[counter.shown_days[day]]
    if event.kind in OF_READING and abs(counter.shown[day] - true_level) < LEAST_ERROR:
        return True
    before = counter.last_reading_before(day)
    if before is None:
        return False
    base = counter.shown_days[before]
    expected = event.pace * (counter.shown_days[day] - base)
    return USUAL[0] * expected <= counter.shown[day] - counter.levels[base] <= USUAL[1] * expected
