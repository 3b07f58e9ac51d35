"""The kinds of values that options take: days, ISRCs, services, and ranges of days in order."""

import re
from datetime import date
from typing import Any

import click

from viewcount_core.errors import InputError
from viewcount_core.records import Service

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class DayType(click.ParamType[date]):
    """A calendar day in UTC."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day written as YYYY-MM-DD."""
        if isinstance(value, date):
            return value
        try:
            if _DAY.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            pass
        self.fail(f"{value!r} is no day; write it like 2026-01-31", param, ctx)


class IsrcType(click.ParamType[str]):
    """The code of a recording; hyphens and case are forgiven."""

    name = "ISRC"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The 12 characters."""
        from viewcount_pipeline.catalog.identifiers import InvalidIdentifier, normalize_isrc

        try:
            return normalize_isrc(value)
        except InvalidIdentifier as error:
            self.fail(str(error), param, ctx)


class ServiceType(click.ParamType[Service]):
    """A music service by its name."""

    name = "SERVICE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Service:
        """The service of that name, in whatever case."""
        if isinstance(value, Service):
            return value
        try:
            return Service.from_key(value)
        except KeyError:
            self.fail(f"{value!r} is no service: {' or '.join(service.key for service in Service)}", param, ctx)


DAY, ISRC, SERVICE = DayType(), IsrcType(), ServiceType()


def check_order(first: date | None, last: date | None) -> None:
    """Raise `InputError` when a range ends before it begins."""
    if first and last and first > last:
        raise InputError(f"--from {first} is after --to {last}; swap them")
