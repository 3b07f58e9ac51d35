"""Every query in docs/api.md is answered as the document says."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.api_catalog import record_example
from tests.api_fixtures import Api, running, settings_for
from viewcount_api.schema import SDL
from viewcount_core import clock
from viewcount_core.database import Database

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"
BLOCK = re.compile(r"^```(graphql|json)\n(.*?)^```", re.DOTALL | re.MULTILINE)
ROOT_FIELD = re.compile(r"^  (\w+)[(:]", re.MULTILINE)


class Example(NamedTuple):
    """A query, its variables where it has any, and its answer."""

    query: str
    variables: dict[str, Any]
    answer: dict[str, Any]


def examples() -> list[Example]:
    found: list[tuple[str, list[Any]]] = []
    for language, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if language == "graphql":
            found.append((text, []))
        else:
            found[-1][1].append(json.loads(text))
    return [Example(query, told[0] if len(told) > 1 else {}, told[-1]) for query, told in found]


@pytest.fixture
def api(database: Database, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    monkeypatch.setattr(clock, "utc_now", lambda: datetime(2026, 3, 2, 22, 30, tzinfo=UTC))
    record_example(database)
    with running(settings_for(database, redis_url)) as api:
        yield api


def test_every_example_is_answered_as_documented(api):
    for example in examples():
        answer = api.post(example.query, **example.variables).json()
        assert answer == example.answer, example.query


def test_every_query_and_mutation_has_an_example():
    sdl = SDL.read_text(encoding="utf-8")
    fields = {
        name
        for root in ("type Query {", "type Mutation {")
        for name in ROOT_FIELD.findall(sdl.split(root)[1].split("\n}")[0])
    }
    assert {"track", "movers", "refreshViewCounts"} <= fields
    asked = " ".join(example.query for example in examples())
    assert {name for name in fields if not re.search(rf"\b{name}\(|\b{name} {{", asked)} == set()
