"""`dagster definitions validate`, a new process each time, against a running embedded server.

python -m benchmarks.validation --rounds 5
"""

import subprocess
import sys

import click

from benchmarks.figures import Figure, report, seconds_of
from benchmarks.home import own_database, own_home
from viewcount_core.queries import SQL_FOLDER

MOST_SECONDS = 4
COMMAND = [sys.executable, "-W", "ignore", "-m", "dagster", "definitions", "validate"]


@click.command()
@click.option("--rounds", default=5, show_default=True)
def main(rounds: int) -> None:
    """Print the figures; exit 1 when a target is not met."""
    sys.exit(report(measure(rounds)))


def measure(rounds: int = 5) -> list[Figure]:
    """Seconds of whole processes."""
    with own_home() as settings, own_database(settings):
        seconds = [seconds_of(_validate) for _ in range(rounds)]
    return [Figure("dagster definitions validate", tuple(seconds), "s", at_most=MOST_SECONDS)]


def _validate() -> None:
    subprocess.run(COMMAND, cwd=SQL_FOLDER.parent, check=True, capture_output=True, timeout=120)


if __name__ == "__main__":
    main()
