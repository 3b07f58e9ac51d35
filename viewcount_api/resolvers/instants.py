"""Instants as answers have them."""

from datetime import UTC, datetime


def instant(moment: datetime | None) -> str | None:
    """In UTC, to the second, ending in Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None
