"""PostgreSQL can plan every statement, so no file has a typing error or a parameter without a type."""

import re

import pytest

from viewcount_core.queries import SQL_FOLDER, load_query

PARAMETER = re.compile(r"%\((\w+)\)s")
STAGING = (
    "pipeline/create_staged_tracks",
    "pipeline/create_staged_observations",
    "pipeline/create_day_readings",
    "pipeline/create_judged_readings",
    "pipeline/create_newest_day_changes",
)
OTHER_DATABASES = {"tunemeld_tracks"}


def plannable() -> list[str]:
    names = [f"{path.parent.name}/{path.stem}" for path in sorted(SQL_FOLDER.rglob("*.sql"))]
    return [
        name
        for name in names
        if not name.startswith("migrations/")
        and name.partition("/")[2] not in OTHER_DATABASES
        and _first_word(name) in ("select", "with", "insert", "update", "delete")
    ]


def _first_word(name: str) -> str:
    lines = [line for line in load_query(name).splitlines() if line.strip() and not line.startswith("--")]
    return lines[0].split()[0].rstrip("(")


@pytest.mark.parametrize("name", plannable())
def test_every_statement_can_be_planned(database, name):
    query = load_query(name)
    nothing = dict.fromkeys(PARAMETER.findall(query))
    with database.transaction() as tx:
        for staging in STAGING:
            tx.run(staging)
        with tx._cursor() as cursor:
            cursor.execute(f"explain {query}".encode(), nothing)
            assert cursor.fetchall()


def test_there_are_statements_to_plan():
    assert len(plannable()) > 30
