"""The schema says what everything is, takes ISRCs as people write them, and refuses what is too much."""

from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from ariadne import load_schema_from_path
from graphql import GraphQLError, GraphQLObjectType, build_schema, parse, print_schema
from hypothesis import given
from hypothesis import strategies as st

from viewcount_api.execution.documents import Documents
from viewcount_api.execution.limits import Nesting
from viewcount_api.scalars import parse_big_int, parse_date, parse_date_time, parse_isrc
from viewcount_api.schema import SDL
from viewcount_api.schema import build_schema as executable_schema
from viewcount_core.records import Service
from viewcount_core.settings import Settings

SCHEMA = build_schema(load_schema_from_path(SDL))


def parts():
    for name, kind in SCHEMA.type_map.items():
        if name.startswith("__") or name in ("String", "Int", "Float", "Boolean", "ID"):
            continue
        yield name, kind
        for value_name, value in getattr(kind, "values", {}).items():
            yield f"{name}.{value_name}", value
        if isinstance(kind, GraphQLObjectType):
            for field_name, field in kind.fields.items():
                yield f"{name}.{field_name}", field
                yield from ((f"{name}.{field_name}({argument})", each) for argument, each in field.args.items())


@pytest.mark.parametrize("part", [pytest.param(part, id=name) for name, part in parts()])
def test_every_part_of_the_schema_is_described(part):
    assert part.description
    assert part.description.strip().endswith(".")


@pytest.mark.parametrize("written", ["USUM71234567", "usum71234567", "US-UM7-12-34567", "us-um7-1234567"])
def test_hyphens_and_case_of_an_isrc_are_forgiven(written):
    assert parse_isrc(written) == "USUM71234567"


@pytest.mark.parametrize(
    "written",
    ["", "USUM7123456", "USUM712345678", "1SUM71234567", "USUM7123456٣", "USUM71234567\n", 71234567, None, ["US"]],
)
def test_what_is_no_isrc_is_refused(written):
    with pytest.raises(GraphQLError, match="is not an ISRC"):
        parse_isrc(written)


@given(st.text())
def test_any_text_is_an_isrc_or_refused_in_a_short_line(text):
    with suppress(GraphQLError):
        assert len(parse_isrc(text)) == 12
        return
    with pytest.raises(GraphQLError, match=r"^.{1,200}$"):
        parse_isrc(text)


@pytest.mark.parametrize(
    ("parse_value", "accepted", "refused"),
    [
        pytest.param(
            parse_date,
            {"2024-02-29": date(2024, 2, 29)},
            ["2023-02-29", "2024-2-9", "20240229", "2024-02-29T00:00:00Z", "٢٠٢٤-02-29", "", 20240229, None, True],
            id="Date",
        ),
        pytest.param(
            parse_date_time,
            {
                "2025-01-15T10:30:00Z": datetime(2025, 1, 15, 10, 30, tzinfo=UTC),
                "2025-01-15T10:30:00.25+02:00": datetime(2025, 1, 15, 8, 30, 0, 250_000, tzinfo=UTC),
            },
            ["2025-01-15T10:30:00", "2025-01-15", "2025-01-15T25:00:00Z", "0001-01-01T00:00:00+23:00", "", 0, None],
            id="DateTime",
        ),
        pytest.param(
            parse_big_int,
            {0: 0, -5: -5, 2**53: 2**53},
            [2**53 + 1, -(2**53) - 1, 1.0, "1", True, None, [1]],
            id="BigInt",
        ),
    ],
)
def test_a_scalar_takes_its_own_values_alone(parse_value, accepted, refused):
    assert {written: parse_value(written) for written in accepted} == accepted
    for written in refused:
        with pytest.raises(GraphQLError) as refusal:
            parse_value(written)
        assert refusal.value.extensions["code"] == "BAD_USER_INPUT"


def test_enums_are_taken_by_name_alone():
    schema = executable_schema()
    kind = schema.type_map["ServiceName"]
    assert kind.parse_value("YOUTUBE", True) is Service.YOUTUBE
    for value in (1, Service.YOUTUBE, "youtube", None):
        with pytest.raises(GraphQLError):
            kind.parse_value(value)
    assert "window: Window! = WEEK" in print_schema(schema)


@pytest.mark.parametrize(
    ("query", "depth"),
    [
        pytest.param("{ a }", 1, id="one-field"),
        pytest.param("{ a { b } c { d { e } } }", 3, id="the-deepest-branch"),
        pytest.param("{ a { ... on T { b } } }", 2, id="an-inline-fragment-is-no-level"),
        pytest.param("{ a { ...F } } fragment F on T { b { c } }", 3, id="inside-a-fragment"),
        pytest.param("{ a { ...F } } fragment F on T { b ...F }", 2, id="a-fragment-inside-itself"),
        pytest.param("{ a { ...Missing } }", 1, id="a-fragment-that-is-missing"),
        pytest.param("{ __schema { a { b { c } } } }", 0, id="introspection-is-free"),
    ],
)
def test_depth_is_that_of_the_fields(query, depth):
    document = parse(query)
    assert Nesting(document).of(document.definitions[0]).fields == depth


def test_fragments_that_double_at_every_step_are_looked_at_once():
    doubling = " ".join(f"fragment F{n} on T {{ ...F{n + 1} ...F{n + 1} }}" for n in range(60))
    document = parse(f"{{ a {{ ...F0 }} }} {doubling} fragment F60 on T {{ b }}")
    assert Nesting(document).of(document.definitions[0]).fields == 2


@pytest.mark.parametrize(
    ("query", "code"),
    [
        pytest.param("{ a", "GRAPHQL_PARSE_FAILED", id="no-graphql"),
        pytest.param("{ " + "a " * 100 + "}", "GRAPHQL_PARSE_FAILED", id="too-many-tokens"),
        pytest.param("{ a } #" + "a" * 1000, "GRAPHQL_PARSE_FAILED", id="too-many-characters"),
        pytest.param("{ a { b { c { d } } } }", "GRAPHQL_VALIDATION_FAILED", id="too-deep"),
    ],
)
def test_a_query_that_is_too_much_is_refused_with_a_code(query, code):
    documents = Documents(Settings(API_MAX_TOKENS=50, API_MAX_DEPTH=3, API_MAX_QUERY_CHARACTERS=1000), SCHEMA)
    with pytest.raises(GraphQLError) as refusal:
        documents.of(query)
    assert refusal.value.extensions["code"] == code
    assert documents.of("{ services { name } }").node.definitions
