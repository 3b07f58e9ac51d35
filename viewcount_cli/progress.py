"""Shows on stderr that work goes on: a moving display on a terminal, plain lines elsewhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

PLAIN_STEPS = 10
SMALL_BYTES = 1 << 20  # done before anybody could ask how far it is


@contextmanager
def step_lines(label: str) -> Iterator[Callable[[str], None]]:
    """A function that shows one line, below a running clock where there is a terminal."""
    console = Console(stderr=True, highlight=False)
    began = time.monotonic()

    def show(line: str) -> None:
        console.print(f"[dim]{time.monotonic() - began:7.1f} s[/dim]  {escape(line)}", soft_wrap=True)

    if not console.is_terminal:
        yield show
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    # What the command prints as its result stays on stdout, wherever that leads.
    with Progress(*columns, console=console, transient=True, redirect_stdout=False) as progress:
        progress.add_task(escape(label), total=None)
        yield show


@contextmanager
def byte_bar(label: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A function that is told how many bytes are done so far; `total` is None where nobody knows."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield _plain_steps(console, label, total)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), DownloadColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console, redirect_stdout=False) as progress:
        task = progress.add_task(escape(label), total=total)
        yield lambda done: progress.update(task, completed=done)


def _plain_steps(console: Console, label: str, total: int | None) -> Callable[[int], None]:
    shown = 0

    def show(done: int) -> None:
        nonlocal shown
        step = done * PLAIN_STEPS // total if total and total > SMALL_BYTES else 0
        if step > shown:
            shown = step
            console.print(f"{escape(label)}: {100 * step // PLAIN_STEPS} %", soft_wrap=True)

    return show
