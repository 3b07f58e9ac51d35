"""Shows the summary of a day's run as a table for people."""

from collections.abc import Mapping
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

COLUMNS = ("active", "asked", "ok", "deferred", "held", "units", "seconds")


def print_summary(summary: Mapping[str, Any]) -> None:
    """Print what `run --json` would print as an object; fits 80 columns."""
    console = Console(highlight=False)
    console.print(_table(summary))
    for name, service in summary["services"].items():
        if service["failed"]:
            failed = ", ".join(f"{count:,} {status}" for status, count in service["failed"].items())
            console.print(f"{name} without a count: {failed}", soft_wrap=True)
    console.print(f"{summary['snapshots']:,} snapshots, generation {summary['generation']}, {summary['seconds']:.1f} s")


def _table(summary: Mapping[str, Any]) -> Table:
    title = f"Counts of {summary['date']}, {summary['world']} world"
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    table.add_column("service", no_wrap=True)
    for name in COLUMNS:
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("gate", no_wrap=True)
    for name, service in summary["services"].items():
        table.add_row(name, *_cells(service))
    return table


def _cells(service: Mapping[str, Any]) -> list[str]:
    if not service["enabled"]:
        return ["-"] * len(COLUMNS) + ["disabled"]
    return [f"{service[name]:,}" for name in COLUMNS] + [str(service["gate"])]
