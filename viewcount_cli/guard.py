"""The guard of `viewcount up`: a process that ends what `up` started when `up` itself was killed.

    python -m viewcount_cli.guard < pipe

reads lines `+GROUP` and `-GROUP` until the pipe closes, which it does however its writer ends, and then ends every
process group that was not taken back. It imports little, so that it is there at once.
"""

import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, Self

from viewcount_cli.groups import end_groups

PROJECT = Path(__file__).resolve().parents[1]
GRACE_SECONDS = 10.0


class Guard:
    """The guarded side's handle: tells the guard which groups live."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            cwd=PROJECT,
            start_new_session=True,
            text=True,
            bufsize=1,
        )
        # A pipe was asked for; only the type does not know.
        self._pipe: IO[str] = self._process.stdin  # type: ignore[assignment]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        with suppress(BrokenPipeError):
            self._pipe.close()
        self._process.wait()

    def watch(self, group: int) -> None:
        """End this group when we are gone."""
        self._tell(f"+{group}")

    def forget(self, group: int) -> None:
        """This group is no more; its number may soon be another's."""
        self._tell(f"-{group}")

    def _tell(self, line: str) -> None:
        # Somebody killed the guard: all it guards ends in order all the same, unless we are killed too.
        with suppress(BrokenPipeError):
            self._pipe.write(f"{line}\n")


def main() -> None:
    """Wait for the end of whoever holds the other end of standard input."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        group = int(line[1:])
        if line[0] == "+":
            groups.add(group)
        else:
            groups.discard(group)
    end_groups(groups, GRACE_SECONDS)


if __name__ == "__main__":
    main()
