"""The header of a statement tells who runs it; no statement lies there that nobody runs."""

import re
from pathlib import Path

import pytest

from viewcount_core.queries import SQL_FOLDER

ROOT = SQL_FOLDER.parent
MODULES = {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in sorted(ROOT.glob("viewcount_*/**/*.py"))}
STATEMENTS = sorted(path for path in SQL_FOLDER.rglob("*.sql") if path.parent.name != "migrations")


def name(path: Path) -> str:
    """What `load_query` is given."""
    return str(path.relative_to(SQL_FOLDER).with_suffix(""))


def users_named_by(path: Path) -> list[str]:
    """Files of the line `Used by:` and of the lines that continue it."""
    found = re.search(r"^-- Used by:(.*(?:(?<=,)\n--.*)*)$", path.read_text("utf-8"), re.MULTILINE)
    return sorted(re.findall(r"[^\s,]+", found[1].replace("\n--", " "))) if found else []


@pytest.mark.parametrize("path", STATEMENTS, ids=name)
def test_a_statement_names_exactly_the_modules_that_load_it(path: Path) -> None:
    users = [module for module, text in MODULES.items() if f'"{name(path)}"' in text]
    assert users, "nobody runs it"
    assert users_named_by(path) == users


def test_there_are_statements_and_modules_to_compare() -> None:
    assert len(STATEMENTS) > 50
    assert len(MODULES) > 100
