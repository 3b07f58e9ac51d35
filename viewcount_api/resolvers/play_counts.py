"""Counts and weekly changes under the names that the TuneMeld front end asks for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ariadne import ObjectType
from graphql import GraphQLError, GraphQLResolveInfo

from viewcount_api.context import Context
from viewcount_api.reading.tracks import Track
from viewcount_api.resolvers.query import query, refuse_long_list
from viewcount_api.scalars import parse_isrc
from viewcount_api.short_numbers import short_count, short_percentage
from viewcount_core.cache_keys import COUNT, FACTS
from viewcount_core.records import Service

TOTAL = "total"
WEEK = "7"

Recorded = Mapping[str, Any]

play_count = ObjectType("TrackPlayCount")


@dataclass(frozen=True, slots=True)
class PlayCount:
    """One track's counts by service and in total; what is not recorded is empty."""

    isrc: str
    recorded: Mapping[str, Recorded]

    @classmethod
    def of(cls, track: Track) -> "PlayCount":
        """Out of its entries."""
        facts = track.decoded(FACTS)
        recorded = {
            service.key: count | {"changes": facts["changes"].get(service.key, {})}
            for service in Service
            if (count := track.decoded(COUNT, service))
        }
        return cls(track.isrc, recorded | {TOTAL: facts["total"] or {}})


@query.field("trackPlayCount")
async def resolve_play_count(_: Any, info: GraphQLResolveInfo, *, isrc: str) -> PlayCount | None:
    """One track."""
    found = await _load(info.context, [isrc])
    return found[0] if found else None


@query.field("tracksPlayCounts")
async def resolve_play_counts(_: Any, info: GraphQLResolveInfo, *, isrcs: Sequence[str]) -> list[PlayCount]:
    """The known ones of many tracks, in order."""
    refuse_long_list(info.context, isrcs)
    return await _load(info.context, isrcs)


async def _load(context: Context, isrcs: Sequence[str]) -> list[PlayCount]:
    codes = [code for code in map(_isrc, isrcs) if code]
    tracks = await context.loader.load_many(codes, (COUNT, FACTS))
    return [PlayCount.of(track) for track in tracks if track]


def _isrc(text: str) -> str | None:
    try:
        return str(parse_isrc(text))
    except GraphQLError:
        return None


def _current(recorded: Recorded) -> int | None:
    return recorded.get("current")


def _weekly(recorded: Recorded) -> float | None:
    change = recorded["changes"].get(WEEK) if recorded else None
    return change[1] if change else None


FIELDS: Mapping[str, Callable[[Recorded], Any]] = {
    "CurrentPlayCount": _current,
    "WeeklyChangePercentage": _weekly,
    "UpdatedAt": lambda recorded: recorded.get("last_updated"),
    "CurrentPlayCountAbbreviated": lambda recorded: short_count(_current(recorded)),
    "WeeklyChangePercentageFormatted": lambda recorded: short_percentage(_weekly(recorded)),
}


def _resolver(source: str, tell: Callable[[Recorded], Any]) -> Callable[[PlayCount, GraphQLResolveInfo], Any]:
    return lambda found, _: tell(found.recorded.get(source, {}))


for _source in (*(service.key for service in Service), TOTAL):
    for _name, _tell in FIELDS.items():
        play_count.set_field(f"{_source}{_name}", _resolver(_source, _tell))
