"""Histories longer than the cache keeps them: one statement for all tracks of a request."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from viewcount_api.reading.store import Store
from viewcount_core.records import Service

Day = dict[str, Any]
Histories = Mapping[tuple[str, Service], list[Day]]
COLUMNS = ("dates", "counts", "deltas", "delta_days", "qualities")


class Span(NamedTuple):
    """Days of one series, both ends included."""

    isrc: str
    service: Service
    first: date
    last: date


async def read_histories(store: Store, spans: set[Span]) -> Histories:
    """The recorded days of each series in its widest span, newest first. Raise `ServerUnavailable`."""
    widest: dict[tuple[str, Service], Span] = {}
    for span in sorted(spans, key=lambda span: span.first):
        widest.setdefault((span.isrc, span.service), span)
    rows = await store.look_up(
        "api/history_by_series",
        isrcs=[span.isrc for span in widest.values()],
        service_ids=[span.service.value for span in widest.values()],
        firsts=[span.first for span in widest.values()],
        lasts=[span.last for span in widest.values()],
    )
    return {(row["isrc"], Service(row["service_id"])): _days(row) for row in rows}


def _days(row: Mapping[str, Any]) -> list[Day]:
    columns = zip(*(row[name] for name in COLUMNS), strict=True)
    return [
        {"date": day.isoformat(), "count": count, "delta": delta, "delta_days": span, "quality": quality}
        for day, count, delta, span, quality in columns
    ]
