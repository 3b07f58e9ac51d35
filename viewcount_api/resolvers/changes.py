"""Changes, out of the entries of a track."""

from collections.abc import Mapping, Sequence
from typing import Any

from viewcount_api.windows import Window


def change_over(window: Window, changes: Mapping[str, Sequence[Any]]) -> dict[str, Any] | None:
    """The change over one window; None where it is unknown."""
    known = changes.get(str(window.value))
    return change(window, *known) if known else None


def change(window: Window, views: int, percentage: float | None) -> dict[str, Any]:
    """As the schema has it."""
    return {"views": views, "percentage": percentage, "days": window.value}
