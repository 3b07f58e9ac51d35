"""The faults: what each does to a counter or to a reading of it, and which counters are large enough to show it."""

from collections.abc import Callable, Sequence
from random import Random

from benchmarks.quality.counters import Counter

Fault = Callable[[Random, Counter, int], range]
"""Does it from a day on and gives the days it touches."""


def purge_small(random: Random, counter: Counter, day: int) -> range:
    """The service takes back some of the plays, as of bots: up to a percent."""
    return _take(counter, day, random.uniform(0.0005, 0.01), least=1.5 * counter.plays[day])


def purge_big(random: Random, counter: Counter, day: int) -> range:
    """The service takes back up to a third."""
    return _take(counter, day, random.uniform(0.02, 0.3), least=3 * counter.plays[day])


def jump_up(random: Random, counter: Counter, day: int) -> range:
    """Plays of another upload are added: a twentieth of the count to twice as much."""
    share = 0.05 * 40 ** random.random()
    counter.move(day, round(max(counter.levels[day] * share, 6 * counter.pace(day) + 50)))
    return range(day, day + 1)


def spike(random: Random, counter: Counter, day: int) -> range:
    """A day of 3 to 20 times the plays, and then as before."""
    counter.move(day, round(counter.plays[day] * random.uniform(2, 19)))
    return range(day, day + 1)


def drop(random: Random, counter: Counter, day: int) -> range:
    """One to three days of a third of the plays or less; what is missed never comes."""
    days, kept = range(day, day + random.randint(1, 3)), random.uniform(0.02, 0.35)
    for low in days:
        counter.move(low, -round(counter.plays[low] * (1 - kept)))
    return days


def zero(random: Random, counter: Counter, day: int) -> range:
    """Nothing is read, for up to three days."""
    return _show(counter, range(day, day + random.choice((1, 1, 1, 2, 3))), 0)


def stuck(random: Random, counter: Counter, day: int) -> range:
    """The count of the day before is read for two to six days; while the service stands still nothing ends it."""
    end = day + random.randint(2, 6)
    while counter.is_stale(end):
        end += 1
    return _show(counter, range(day, end), counter.shown[day - 1])


def unit_x(random: Random, counter: Counter, day: int) -> range:
    """The unit is misread: 10, 100 or 1,000 times as many."""
    return _show(counter, range(day, day + 1), counter.shown[day] * random.choice((10, 100, 1_000)))


def digit_loss(random: Random, counter: Counter, day: int) -> range:
    """Three digits are lost below a separator nobody expected, or all but the first group."""
    count = counter.shown[day]
    groups = max(1, (len(str(count)) - 1) // 3)
    lost = random.choice((0, random.randrange(groups), None))
    if lost is None:
        return _show(counter, range(day, day + 1), count // 1_000**groups)
    higher, lower = count // 1_000 ** (lost + 1), count % 1_000**lost
    return _show(counter, range(day, day + 1), higher * 1_000**lost + lower)


def abbrev(random: Random, counter: Counter, day: int) -> range:
    """A count shown as 1.2M is read as 1,200,000 or as 1."""
    unit = 1_000 ** ((len(str(counter.shown[day])) - 1) // 3)
    tenths = 10 * counter.shown[day] // unit
    return _show(counter, range(day, day + 1), random.choice((tenths * unit // 10, tenths // 10)))


def id_swap(counter: Counter, other: Counter, day: int) -> range:
    """From now on it is another track's counter; what that one goes through, this one does."""
    counter.levels[day:], counter.plays[day + 1 :] = other.levels[day:], other.plays[day + 1 :]
    for mine, theirs in ((counter.burst_days, other.burst_days), (counter.viral_days, other.viral_days)):
        mine[:] = [each for each in mine if each <= day] + [each for each in theirs if each > day]
    return range(day, day + 1)


AT_THE_SOURCE: dict[str, Fault] = {
    "purge_small": purge_small,
    "purge_big": purge_big,
    "jump_up": jump_up,
    "spike": spike,
    "drop": drop,
}
OF_READING: dict[str, Fault] = {
    "zero": zero,
    "stuck": stuck,
    "unit_x": unit_x,
    "digit_loss": digit_loss,
    "abbrev": abbrev,
}
SWAP = "id_swap"
KINDS = (*AT_THE_SOURCE, *OF_READING, SWAP)


def visible_kinds(counter: Counter, day: int) -> list[str]:
    """The kinds that stand out of what such a counter does anyway; a swap aside."""
    level, plays, pace = counter.levels[day], counter.plays[day], counter.pace(day)
    fitting = {
        "jump_up": True,
        "zero": level >= 100,
        "unit_x": level >= 100,
        "digit_loss": level >= 1_000,
        "abbrev": level >= 1_000,
        "purge_big": level >= max(1_000, 10 * plays),
        "purge_small": level >= max(20_000, 10 * plays),
        "stuck": pace >= 10,
        "spike": pace >= 20,
        "drop": pace >= 20,
    }
    return [kind for kind, fits in fitting.items() if fits]


def swap_partners(counter: Counter, sound: Sequence[Counter], day: int) -> list[Counter]:
    """Counters of the same service with no fault of their own, alive, and a tenth or more away from this one."""
    own = counter.levels[day] + 1
    return [
        other
        for other in sound
        if other.song.service is counter.song.service
        and other.levels[day] > 500
        and other.plays[day + 1] > 0
        and not 0.9 < (other.levels[day] + 1) / own < 1.1
    ]


def _take(counter: Counter, day: int, share: float, *, least: float) -> range:
    counter.move(day, -round(max(counter.levels[day] * share, least, 100)))
    return range(day, day + 1)


def _show(counter: Counter, days: range, count: int) -> range:
    for day in days:
        counter.shown[day] = count
    return days
