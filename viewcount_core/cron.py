"""Checks a cron line when the settings are read: Dagster would refuse it only when it is running."""

import re

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
