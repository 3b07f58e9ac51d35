"""Shows the summary of a day's run as a table for people."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

COLUMNS = ("active", "asked", "ok", "deferred", "held", "units", "seconds")


def print_summary(summary: Mapping[str, Any]) -> None:
    """Print what `run --json` would print as an object."""
    console = Console(highlight=False)
    console.print(_table(summary), _closing_line(summary), sep="\n")


def _table(summary: Mapping[str, Any]) -> Table:
    table = Table(title=f"Counts of {summary['date']} ({summary['world']} world)", title_justify="left")
    table.add_column("service")
    for name in COLUMNS:
        table.add_column(name, justify="right")
    table.add_column("gate")
    table.add_column("without a count")
    for name, service in summary["services"].items():
        table.add_row(name, *_cells(service))
    return table


def _cells(service: Mapping[str, Any]) -> list[str]:
    if not service["enabled"]:
        return ["-"] * len(COLUMNS) + ["disabled", ""]
    failed = ", ".join(f"{count} {status}" for status, count in service["failed"].items())
    return [f"{service[name]:,}" for name in COLUMNS] + [str(service["gate"]), failed]


def _closing_line(summary: Mapping[str, Any]) -> str:
    return f"{summary['snapshots']:,} snapshots, generation {summary['generation']}, {summary['seconds']:.1f} s"
