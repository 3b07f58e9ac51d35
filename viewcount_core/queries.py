"""Loads the statements of `sql/`; no statement is written anywhere else."""

from functools import cache
from pathlib import Path

SQL_FOLDER = Path(__file__).resolve().parent.parent / "sql"


@cache
def load_query(name: str) -> str:
    """Text of `sql/<name>.sql`, with psycopg's `%(name)s` parameters."""
    return (SQL_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
