"""Small tables and bars for the Dagster UI, as Markdown."""

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

BAR_CELLS = 24
_ESCAPED = str.maketrans({"|": "\\|", "\n": " ", "<": "&lt;", "`": "'", "*": "\\*", "_": "\\_"})


def table(rows: Sequence[Mapping[str, Any]], nothing: str = "nothing to show") -> dg.MarkdownMetadataValue:
    """One line a row, columns named by the first row's keys; `nothing` where there are no rows."""
    if not rows:
        return dg.MetadataValue.md(nothing)
    names = list(rows[0])
    lines = [_line(names), _line("---:" if _is_number(rows[0][name]) else "---" for name in names)]
    lines += [_line(_shown(row[name]) for name in names) for row in rows]
    return dg.MetadataValue.md("\n".join(lines))


def bars(rows: Sequence[Mapping[str, Any]], length: str, nothing: str = "nothing to show") -> dg.MarkdownMetadataValue:
    """The same table with a bar for column `length` at its end; the longest bar is the largest absolute value."""
    longest = max((abs(row[length] or 0) for row in rows), default=0)
    return table([{**row, " ": _bar(abs(row[length] or 0), longest)} for row in rows], nothing)


def _bar(value: float, longest: float) -> str:
    return "█" * round(BAR_CELLS * value / longest) if longest else ""


def _line(cells: Any) -> str:
    return f"| {' | '.join(cells)} |"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.1f}"
    if _is_number(value):
        return f"{value:,}"
    return str(value).translate(_ESCAPED)
