"""What readers see of a track: read from PostgreSQL in one statement and encoded as the cache keeps it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

import orjson

from viewcount_core.cache_keys import COUNT, FACTS, HISTORY, KINDS, UNKNOWN, VIEW_DATA, Kind
from viewcount_core.database import Database
from viewcount_core.records import Service

Row = Mapping[str, Any]

HISTORY_DAYS = 30
STATEMENT = "api/track_views_by_isrcs"
WINDOW_DAYS = (1, 7, 30)
FACT_NAMES = ("title", "artist", "album", "youtube_video_id", "spotify_track_id", "active")


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of the cache, encoded."""

    kind: Kind
    key: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Reading:
    """The entries of some tracks, and the generation that the database stood at when they were read."""

    generation: int
    entries: list[Entry]


def read_published(database: Database, isrcs: Sequence[str]) -> Reading:
    """What readers see of these tracks now, by one statement. Raise `ServerUnavailable`."""
    with database.transaction() as tx:
        return encode(tx.rows(STATEMENT, isrcs=list(dict.fromkeys(isrcs))))


def encode(rows: Sequence[Row]) -> Reading:
    """Entries of all kinds, from the rows of `STATEMENT`, which come sorted by isrc."""
    entries = [
        entry for isrc, of_track in groupby(rows, itemgetter("isrc")) for entry in _entries(isrc, list(of_track))
    ]
    return Reading(rows[0]["generation"] if rows else 0, entries)


def _entries(isrc: str, rows: list[Row]) -> Iterable[Entry]:
    if not rows[0]["is_known"]:
        return [Entry(kind, key, UNKNOWN) for kind in KINDS for key in kind.keys(isrc)]
    by_service = {Service(row["service_id"]): row for row in rows if row["service_id"] is not None}
    return [
        Entry(VIEW_DATA, VIEW_DATA.key(isrc), _encoded(_view_data(by_service))),
        Entry(FACTS, FACTS.key(isrc), _encoded(_facts(rows[0], by_service))),
        *(Entry(COUNT, COUNT.key(isrc, service), _encoded(_count(by_service.get(service)))) for service in Service),
        *(Entry(HISTORY, HISTORY.key(isrc, service), _history(by_service.get(service))) for service in Service),
    ]


def _view_data(by_service: Mapping[Service, Row]) -> dict[str, Any]:
    named = sorted((service.key, row) for service, row in by_service.items())
    return {key: _count(row) | {"historical": orjson.Fragment(_list(row["days"]))} for key, row in named}


def _count(row: Row | None) -> dict[str, Any]:
    return {"current": row["view_count"], "last_updated": row["last_updated"]} if row else {}


def _total(row: Row) -> dict[str, Any] | None:
    if row["total_count"] is None:
        return None
    return {
        "current": row["total_count"],
        "last_updated": row["total_updated"],
        "changes": _changes(row, "total_"),
    }


def _changes(row: Row, prefix: str) -> dict[str, tuple[int, float | None]]:
    """Plays and percent, by the days of the window; a change that is unknown is absent."""
    told = ((days, row[f"{prefix}change_{days}"], row[f"{prefix}percentage_{days}"]) for days in WINDOW_DAYS)
    return {str(days): (plays, percentage) for days, plays, percentage in told if plays is not None}


def _history(row: Row | None) -> bytes:
    return _list(row["judged_days"] if row else None)


def _list(members: str | None) -> bytes:
    return b"[" + (members or "").encode() + b"]"


def _facts(track: Row, by_service: Mapping[Service, Row]) -> dict[str, Any]:
    changes = {service.key: _changes(row, "") for service, row in by_service.items()}
    return {name: track[name] for name in FACT_NAMES} | {"changes": changes, "total": _total(track)}


def _encoded(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS)
