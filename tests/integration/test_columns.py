"""The columns the Dagster UI describes are those of the database."""

import pytest
from sqlalchemy import text

from viewcount_pipeline.columns import column_schema, described_tables

TYPES = {"character varying": "varchar(12)", "timestamp with time zone": "timestamptz"}


@pytest.mark.parametrize("table", described_tables())
def test_described_columns_are_those_of_the_table(database, table):
    with database.engine.connect() as connection:
        rows = connection.execute(
            text(
                "select column_name, data_type from information_schema.columns "
                "where table_name = :table order by ordinal_position"
            ),
            {"table": table},
        )
        found = [(name, TYPES.get(kind, kind)) for name, kind in rows]
    described = [(column.name, column.type) for column in column_schema(table).columns]
    assert sorted(described) == sorted(found)
