"""What `viewcount doctor` finds: one finding a check, and how they are shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from rich.console import Console
from rich.markup import escape

from viewcount_cli.exits import Exit, code_of
from viewcount_core.errors import ViewcountError


class State(StrEnum):
    """How good it is."""

    OK = "ok"
    WARN = "warn"  # works, but less well than it could
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check; `text` says what was found and, unless it is ok, what to do.

    `code` is the exit code a command would end with for this reason.
    """

    check: str
    state: State
    text: str
    code: Exit = Exit.DONE


def fine(check: str, text: str) -> Finding:
    """All is well."""
    return Finding(check, State.OK, text)


def warning(check: str, text: str) -> Finding:
    """Works, but a person may want to act."""
    return Finding(check, State.WARN, text, Exit.PARTLY)


def failure(check: str, error: ViewcountError) -> Finding:
    """A command would end with this error."""
    return Finding(check, State.FAIL, " ".join(str(error).split()), code_of(error))


def worst_code(findings: Iterable[Finding]) -> Exit:
    """Exit code of all findings: a failed server counts more than a wrong setting, that more than a warning."""
    return max((finding.code for finding in findings), default=Exit.DONE)


def show(findings: Iterable[Finding]) -> None:
    """Print one line a finding."""
    console = Console(highlight=False)
    colours = {State.OK: "green", State.WARN: "yellow", State.FAIL: "red"}
    for finding in findings:
        colour = colours[finding.state]
        line = f"[{colour}]{finding.state:<4}[/{colour}]  {finding.check:<9} {escape(finding.text)}"
        console.print(line, soft_wrap=True)


def as_objects(findings: Iterable[Finding]) -> list[dict[str, str]]:
    """The findings ready for JSON."""
    return [{"check": one.check, "state": one.state.value, "text": one.text} for one in findings]
