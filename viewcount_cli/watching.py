"""Shows how far a day's run has come: a bar a service on a terminal, plain lines elsewhere; always on stderr."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from viewcount_cli.progress import PLAIN_STEPS

if TYPE_CHECKING:
    from viewcount_core.records import Service
    from viewcount_pipeline.progress import Progress as Answers

SHOWN_LETTERS = 60


@contextmanager
def watched() -> Iterator[Callable[["Answers"], None]]:
    """A function that is told of every answer."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield _PlainLines(console).show
        return
    columns = (SpinnerColumn(), TextColumn("{task.description:<8}"), BarColumn(), MofNCompleteColumn())
    # What the command prints as its result stays on stdout, wherever that leads.
    with Progress(
        *columns, TimeElapsedColumn(), TextColumn("{task.fields[latest]}"), console=console, redirect_stdout=False
    ) as bars:
        yield _Bars(bars).show


def describe(answers: "Answers") -> str:
    """The answer that came last, as one line: the track and its count or why there is none."""
    latest = answers.latest
    if latest is None:
        return ""
    came = f"{latest.view_count:,}" if latest.view_count is not None else latest.status.value
    return f"{(answers.title or latest.isrc)[:SHOWN_LETTERS]}: {came}"


class _Bars:
    """One bar a service."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[Service, TaskID] = {}

    def show(self, answers: "Answers") -> None:
        if answers.service not in self._tasks:
            self._tasks[answers.service] = self._bars.add_task(answers.service.label, total=None, latest="")
        self._bars.update(
            self._tasks[answers.service],
            completed=answers.done,
            total=answers.total,
            latest=escape(describe(answers)),
        )


class _PlainLines:
    """One line with the first answer of a service, and one with every tenth part."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._shown: dict[Service, int] = {}

    def show(self, answers: "Answers") -> None:
        step = answers.done * PLAIN_STEPS // answers.total if answers.total else PLAIN_STEPS
        if step <= self._shown.get(answers.service, -1):
            return
        self._shown[answers.service] = step
        line = f"{answers.service.label}: {answers.done} of {answers.total}  {describe(answers)}"
        self._console.print(escape(line.rstrip()), soft_wrap=True)
