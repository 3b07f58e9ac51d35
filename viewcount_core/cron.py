"""Checks a cron line when the settings are read, as Dagster would refuse it only when it is running; and reads it."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time

FIELDS = {"minute": (0, 59), "hour": (0, 23), "day": (1, 31), "month": (1, 12), "weekday": (0, 7)}

_PART = re.compile(r"(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:/([1-9]\d?))?")


def check_cron(line: str) -> str:
    """`line` itself; raise `ValueError` unless it has five fields of numbers, ranges, lists and steps within bounds."""
    fields = line.split()
    if len(fields) != len(FIELDS):
        raise ValueError(f"{line!r} has {len(fields)} fields, a cron line five: {', '.join(FIELDS)}")
    for field, (name, (lowest, highest)) in zip(fields, FIELDS.items(), strict=True):
        if not all(_is_within(part, lowest, highest) for part in field.split(",")):
            raise ValueError(f"{field!r} is no {name} of {lowest} to {highest}")
    return line


def _is_within(part: str, lowest: int, highest: int) -> bool:
    match = _PART.fullmatch(part)
    if match is None:
        return False
    first, last = match[1], match[2]
    bounds = [int(bound) for bound in (first, last) if bound is not None]
    return all(lowest <= bound <= highest for bound in bounds) and bounds == sorted(bounds)


def times_on(lines: Iterable[str], day: date) -> list[datetime]:
    """When these cron lines fire on that UTC day, earliest first."""
    return sorted({datetime.combine(day, at, UTC) for line in lines for at in _times(line.split(), day)})


def _times(fields: list[str], day: date) -> Iterable[time]:
    minutes, hours, days, months, weekdays = (
        _values(field, *bounds) for field, bounds in zip(fields, FIELDS.values(), strict=True)
    )
    # Sunday is 0 and 7. Where both kinds of day are given, either is enough, as Dagster reads it.
    by_day, by_weekday = day.day in days, bool({day.isoweekday(), day.isoweekday() % 7} & weekdays)
    either = fields[2] != "*" and fields[4] != "*"
    if day.month not in months or not (by_day or by_weekday if either else by_day and by_weekday):
        return []
    return [time(hour, minute) for hour in hours for minute in minutes]


def _values(field: str, lowest: int, highest: int) -> set[int]:
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        if span == "*":
            start, end = lowest, highest
        else:
            start, end = int(first), int(last or (highest if step else first))
        found.update(range(start, end + 1, int(step or 1)))
    return found
