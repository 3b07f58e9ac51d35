"""The executable schema: the SDL of `schema.graphql` and the resolvers that answer it."""

from pathlib import Path

from ariadne import EnumType, load_schema_from_path, make_executable_schema
from graphql import GraphQLEnumType, GraphQLSchema

from viewcount_api.resolvers import pipeline_status, search, track_lists  # noqa: F401, they add fields of Query
from viewcount_api.resolvers.anomalies import anomaly
from viewcount_api.resolvers.play_counts import play_count
from viewcount_api.resolvers.publication import publication, subscription
from viewcount_api.resolvers.query import query
from viewcount_api.resolvers.refresh import mutation
from viewcount_api.resolvers.track import daily_count, service_view_counts, totals, track
from viewcount_api.scalars import big_int_scalar, date_scalar, date_time_scalar, isrc_scalar
from viewcount_api.windows import Direction, Window
from viewcount_core.records import Service

SDL = Path(__file__).with_name("schema.graphql")
QUALITIES = {"OK": "ok", "FLAGGED": "flagged", "RESTATED": "restated"}


def build_schema() -> GraphQLSchema:
    """A new one; it takes a while and is done once a process."""
    schema = make_executable_schema(
        load_schema_from_path(SDL),
        query,
        mutation,
        subscription,
        publication,
        track,
        service_view_counts,
        totals,
        daily_count,
        anomaly,
        play_count,
        isrc_scalar,
        big_int_scalar,
        date_scalar,
        date_time_scalar,
        EnumType("ServiceName", Service),
        EnumType("Quality", QUALITIES),
        EnumType("Window", Window),
        EnumType("Direction", Direction),
        convert_names_case=True,
    )
    _take_enums_by_name(schema)
    return schema


def _take_enums_by_name(schema: GraphQLSchema) -> None:
    """Undo what Ariadne 1.1 does to enums for the sake of input objects, of which there are none here.

    It lets variables carry values for names, and fails at graphql-core 3.2.14 for every name.
    """
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLEnumType):
            vars(kind).pop("parse_value", None)
