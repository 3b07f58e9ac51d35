"""Run every benchmark, or those named, and print one table: `python -m benchmarks [NAME ...]`; exit 1 if one fails.

All of them take less than a quarter of an hour; each alone, `python -m benchmarks.NAME --help`, can be made smaller.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context

from benchmarks.figures import Figure, log, report

NAMES = (
    "validation",
    "day_run",
    "row_by_row",
    "day_store",
    "lists",
    "verdicts",
    "delta_rebuild",
    "year_rebuild",
    "youtube_client",
    "spotify_pages",
    "page",
)


def main(wanted: list[str]) -> int:
    """Measure one after the other; 2 for a name that is none."""
    if unknown := set(wanted) - set(NAMES):
        log(f"{', '.join(sorted(unknown))}: no benchmark; there are {', '.join(NAMES)}")
        return 2
    return report([figure for name in wanted or NAMES for figure in _measure_apart(name)])


def _measure_apart(name: str) -> list[Figure]:
    # In a process of its own, so that none is measured in the memory or the settings another left behind.
    log(f"== {name}")
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        figures: list[Figure] = pool.submit(import_module(f"benchmarks.{name}").measure).result()
    return figures


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
