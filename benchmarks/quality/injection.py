"""Which counters get which faults, and when."""

from collections import Counter as Tally
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from benchmarks.quality.counters import Counter, Event
from benchmarks.quality.faults import AT_THE_SOURCE, OF_READING, SWAP, id_swap, swap_partners, visible_kinds

FAULTY_SHARE = 0.75
MOST_EVENTS = 3
LEAST_DAYS_BETWEEN = 14
LEAST_AGE_DAYS = 10
LAST_DAYS = 8


@dataclass(frozen=True, slots=True)
class _Plan:
    counter: Counter
    day: int


def inject(random: Random, counters: Sequence[Counter], warm_up_days: int) -> None:
    """Those at the source first, in order of time; then all counters are shown, some of them read wrongly."""
    plans = sorted(
        (plan for counter in counters for plan in _plan(random, counter, warm_up_days)), key=lambda plan: plan.day
    )
    faulty = {id(plan.counter) for plan in plans}
    sound = [counter for counter in counters if id(counter) not in faulty]
    kinds: Tally[str] = Tally()
    readings: list[tuple[_Plan, Event]] = []
    for number, plan in enumerate(plans):
        kind = _kind(random, plan, sound, kinds)
        kinds[kind] += 1
        event = Event(number, kind, range(plan.day, plan.day + 1), plan.counter.pace(plan.day))
        if kind in OF_READING:
            readings.append((plan, event))
        else:
            _record(plan.counter, event, _change_counter(random, plan, kind, sound))
    for counter in counters:
        counter.show()
    for plan, event in readings:
        _record(plan.counter, event, OF_READING[event.kind](random, plan.counter, plan.day))


def _plan(random: Random, counter: Counter, warm_up_days: int) -> list[_Plan]:
    if random.random() >= FAULTY_SHARE:
        return []
    earliest = max(warm_up_days, counter.song.first_day + LEAST_AGE_DAYS)
    taken = (counter.burst_days + counter.viral_days)[:1]
    plans = []
    for _ in range(random.randint(1, MOST_EVENTS)):
        day = random.randrange(earliest, counter.days - LAST_DAYS)
        if all(abs(day - other) >= LEAST_DAYS_BETWEEN for other in taken):
            taken.append(day)
            plans.append(_Plan(counter, day))
    return plans


def _kind(random: Random, plan: _Plan, sound: Sequence[Counter], kinds: Tally[str]) -> str:
    """The rarest so far of those that fit, so that each is measured about as well as the others."""
    fitting = visible_kinds(plan.counter, plan.day)
    if swap_partners(plan.counter, sound, plan.day):
        fitting.append(SWAP)
    return min(fitting, key=lambda kind: (kinds[kind], random.random()))


def _change_counter(random: Random, plan: _Plan, kind: str, sound: Sequence[Counter]) -> range:
    if kind == SWAP:
        return id_swap(plan.counter, random.choice(swap_partners(plan.counter, sound, plan.day)), plan.day)
    return AT_THE_SOURCE[kind](random, plan.counter, plan.day)


def _record(counter: Counter, event: Event, days: range) -> None:
    counter.events.append(Event(event.number, event.kind, days, event.pace))
