"""Queries that schemathesis makes from the schema: whatever fits it is answered, or refused with a code."""

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.graphql import nodes

from tests.api_catalog import record_example
from tests.api_fixtures import Api, running, settings_for
from viewcount_api.schema import SDL
from viewcount_core.database import Database

# What a query may meet that fits the schema: a limit, an argument out of bounds.
REFUSALS = {"BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"}
UNKNOWN = "USUM70000000"
EXAMPLES = 80


def register_scalars(known: list[str]) -> None:
    """Values of our scalars as clients write them."""
    isrcs = st.sampled_from([*known, UNKNOWN]).flatmap(
        lambda isrc: st.sampled_from([isrc, isrc.lower(), f"{isrc[:2]}-{isrc[2:5]}-{isrc[5:7]}-{isrc[7:]}"])
    )
    schemathesis.graphql.scalar("ISRC", isrcs.map(nodes.String))
    schemathesis.graphql.scalar("Date", st.dates().map(str).map(nodes.String))
    schemathesis.graphql.scalar("DateTime", st.datetimes().map(lambda at: nodes.String(f"{at:%Y-%m-%dT%H:%M:%S}Z")))
    schemathesis.graphql.scalar("BigInt", st.integers(-(2**53), 2**53).map(nodes.Int))
    schemathesis.graphql.scalar("JSON", st.booleans().map(nodes.Boolean))


@pytest.fixture
def api(database: Database, redis_url: str) -> Iterator[Api]:
    record_example(database)
    with running(settings_for(database, redis_url, API_MUTATIONS_PER_MINUTE=1_000_000)) as api:
        yield api


def test_nothing_that_fits_the_schema_fails(database, api):
    with database.engine.connect() as connection:
        register_scalars([row.isrc for row in connection.exec_driver_sql("select isrc from tracks")])
    schema = schemathesis.graphql.from_path(SDL)

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=schema.as_strategy())
    def send(case: Case) -> None:
        response = api.client.post("/graphql", json={"query": case.body})
        assert response.status_code == 200, case.body
        errors = response.json().get("errors", [])
        assert {error["extensions"]["code"] for error in errors} <= REFUSALS, (case.body, errors)

    send()
