"""What readers see of a track: read from PostgreSQL in one statement and encoded as the cache keeps it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
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


def read_published(database: Database, isrcs: Sequence[str], kinds: Collection[Kind] = KINDS) -> Reading:
    """What readers see of these tracks now, by one statement. Raise `ServerUnavailable`."""
    with database.transaction() as tx:
        return encode(tx.rows(STATEMENT, **_parameters(isrcs, kinds)), kinds)


def plan_reading(database: Database) -> None:
    """Let every connection plan that statement, where the database is one that plans once."""
    database.plan(STATEMENT, **_parameters((), KINDS))


def _parameters(isrcs: Iterable[str], kinds: Collection[Kind]) -> dict[str, object]:
    return {
        "isrcs": list(dict.fromkeys(isrcs)),
        "with_changes": FACTS in kinds,
        "with_days": VIEW_DATA in kinds,
        "with_judged_days": HISTORY in kinds,
    }


def encode(rows: Sequence[Row], kinds: Collection[Kind] = KINDS) -> Reading:
    """Entries of these kinds, from the rows of `STATEMENT`, which come sorted by isrc."""
    entries = [
        entry for isrc, of_track in groupby(rows, itemgetter("isrc")) for entry in _entries(isrc, list(of_track), kinds)
    ]
    return Reading(rows[0]["generation"] if rows else 0, entries)


def _entries(isrc: str, rows: list[Row], kinds: Collection[Kind]) -> Iterator[Entry]:
    if not rows[0]["is_known"]:
        yield from (Entry(kind, key, UNKNOWN) for kind in kinds for key in kind.keys(isrc))
        return
    by_service = {Service(row["service_id"]): row for row in rows if row["service_id"] is not None}
    if VIEW_DATA in kinds:
        yield Entry(VIEW_DATA, VIEW_DATA.key(isrc), _encoded(_view_data(by_service)))
    if FACTS in kinds:
        yield Entry(FACTS, FACTS.key(isrc), _encoded(_facts(rows[0], by_service)))
    for service in Service:
        if COUNT in kinds:
            yield Entry(COUNT, COUNT.key(isrc, service), _encoded(_count(by_service.get(service))))
        if HISTORY in kinds:
            yield Entry(HISTORY, HISTORY.key(isrc, service), _history(by_service.get(service)))


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
