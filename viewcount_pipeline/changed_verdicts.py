"""Works off verdicts that changed after they were given, outside the days a run is about; see migration 0012."""

from typing import Any

from viewcount_core.database import Transaction


def take_up(tx: Transaction, query: str, **parameters: object) -> dict[str, Any]:
    """Run the step of one table for all changed verdicts; returns its figures, `rows_changed` among them.

    The rows of few series and of any day: looked up one by one.
    """
    with tx.looking_up():
        figures = tx.row(query, **parameters)
    tx.run("pipeline/delete_finished_changes")
    return figures
