"""The latest anomalies of each track: one statement for all tracks of a request."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from viewcount_api.reading.store import Store

LatestAnomalies = Mapping[str, list[dict[str, Any]]]


class Wanted(NamedTuple):
    """A track, and how many of its anomalies."""

    isrc: str
    first: int


async def read_latest_anomalies(store: Store, wanted: set[Wanted]) -> LatestAnomalies:
    """As many of each track as the most wanted of any, the latest first. Raise `ServerUnavailable`."""
    isrcs = {each.isrc for each in wanted}
    rows = await store.rows(
        "api/latest_anomalies_by_isrcs", isrcs=sorted(isrcs), rows=max(each.first for each in wanted)
    )
    found: dict[str, list[dict[str, Any]]] = {isrc: [] for isrc in isrcs}
    for row in rows:
        found[row["isrc"]].append(row)
    return found
