"""Write the tables of settings in docs/settings.md anew, from viewcount_core/settings.py."""

import re
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from viewcount_core.settings import Settings

PAGE = Path(__file__).resolve().parents[1] / "docs" / "settings.md"
BEGIN, END = "<!-- settings: written by `make docs` -->\n", "<!-- settings: end -->"
HEADINGS = {
    "VIEWCOUNT_": "This installation",
    "DATABASE_": "Servers",
    "REDIS_": "Servers",
    "DAGSTER_": "Servers",
    "TRACK_CATALOG_": "Catalog",
    "YOUTUBE_": "YouTube",
    "SPOTIFY_": "Spotify",
    "SELENIUM_": "Browser",
    "CHROME_": "Browser",
    "EMULATOR_": "Emulators",
    "ALERT_": "Alerts",
    "ZERO_BURST_": "Gate of a service's day",
    "SCALE_BURST_": "Gate of a service's day",
    "SAME_VALUE_": "Gate of a service's day",
    "CHECK_": "Checks",
}
OTHERS = "Reading side"


def settings_tables() -> str:
    """One Markdown table a heading, its settings in the order in which they are declared."""
    tables: dict[str, list[str]] = {heading: [] for heading in [*HEADINGS.values(), OTHERS]}
    for field in Settings.model_fields.values():
        tables[_heading(str(field.validation_alias))].append(_row(field))
    return "\n".join(_table(heading, rows) for heading, rows in tables.items())


def with_tables(page: str) -> str:
    """The page with everything between its two marks replaced."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{settings_tables()}\n{END}{after}"


def _heading(variable: str) -> str:
    return next((heading for prefix, heading in HEADINGS.items() if variable.startswith(prefix)), OTHERS)


def _table(heading: str, rows: list[str]) -> str:
    return "\n".join(
        [f"## {heading}", "", "| variable | default | example | meaning |", "|---|---|---|---|", *rows, ""]
    )


def _row(field: FieldInfo) -> str:
    example = _code(str((field.examples or [""])[0]))
    meaning = " ".join(filter(None, [field.description, _limits(field)]))
    return f"| `{field.validation_alias}` | {_default(field.default)} | {example} | {meaning} |"


def _default(value: Any) -> str:
    if value in (None, "", ()):
        return ""
    if isinstance(value, bool):
        return _code(str(int(value)))
    return _code(re.sub(r"^(\d\d:\d\d):00$", r"\1", str(value)))


def _limits(field: FieldInfo) -> str:
    found = {
        name: getattr(limit, name) for limit in field.metadata for name in ("ge", "gt", "le") if hasattr(limit, name)
    }
    words = {"ge": "at least", "gt": "more than", "le": "at most"}
    return f"({', '.join(f'{words[name]} {value}' for name, value in found.items())})" if found else ""


def _code(text: str) -> str:
    return f"`{text.replace('|', chr(92) + '|')}`" if text else ""


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
