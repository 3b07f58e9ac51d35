"""Spotify pages a second and memory of the browser: `python -m benchmarks.spotify_pages --rounds 3`, under two minutes.

Against the emulator at 150 ms latency and 100 ms script delay. A rate is the median of three runs, counted after each
tab has read its first page, so without the browser's start. Memory is the highest PSS of driver and browser together
(on macOS RSS, which counts shared pages once a process).
"""

import csv
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import psutil

from benchmarks.figures import Figure, log, report
from viewcount_core import clock
from viewcount_core.records import Service, Status, Target
from viewcount_local.emulators.process import running_emulator
from viewcount_pipeline.service_access import EMULATOR_TABS
from viewcount_pipeline.sources.spotify import SpotifySource

LATENCY_MS, SCRIPT_DELAY_MS = 150, 100
PAGES = {1: 12, 2: 24, 4: 56, 8: 96}
RUNS = 3
LEAST_RATE, MOST_MEGABYTES = 8, 800
SAMPLE_SECONDS = 0.2
MEGABYTE = 1e6


class MemoryPeak:
    """The highest memory, in bytes, of all browser processes below this one while the block runs."""

    def __init__(self) -> None:
        self.size = 0
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._sample)

    def __enter__(self) -> "MemoryPeak":
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._watch.join()

    def _sample(self) -> None:
        while not self._over.wait(SAMPLE_SECONDS):
            children = psutil.Process().children(recursive=True)
            self.size = max(self.size, sum(map(_memory, children)))


def _memory(process: psutil.Process) -> int:
    try:
        if "chrom" not in process.name().lower():
            return 0
        used = process.memory_full_info()
    except psutil.Error:
        return 0
    return int(getattr(used, "pss", used.rss))


@contextmanager
def emulator(folder: Path) -> Iterator[tuple[str, list[Target]]]:
    """Base URL of an emulator with tracks on pages of their own, and the targets for them."""
    targets = [Target(f"QZABC24{n:05d}", f"{n:022d}", f"Song {n}") for n in range(max(PAGES.values()))]
    tracks = folder / "tracks.csv"
    with tracks.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["isrc", "title", "spotify_track_id"])
        rows.writerows([target.isrc, target.title, target.source_id] for target in targets)
    with running_emulator(Service.SPOTIFY, tracks, latency_ms=LATENCY_MS, script_delay_ms=SCRIPT_DELAY_MS) as url:
        yield url, targets


def pages_a_second(url: str, targets: list[Target], tabs: int, scratch: Path) -> tuple[float, int]:
    """Pages a second and peak memory in bytes of one run."""
    source = SpotifySource(
        base_url=url, tabs=tabs, pause_seconds=(0, 0), page_timeout_seconds=20, pages_per_browser=400, scratch=scratch
    )
    instants: list[float] = []
    with MemoryPeak() as peak:
        for batch in source.observe(targets, clock.utc_now() + timedelta(minutes=5)):
            assert all(observation.status is Status.OK for observation in batch)
            instants += [time.monotonic()] * len(batch)
    return (len(targets) - tabs) / (instants[-1] - instants[tabs - 1]), peak.size


@click.command()
@click.option("--rounds", default=RUNS, show_default=True)
def main(rounds: int) -> None:
    """Print the figures; exit 1 when a target is not met."""
    sys.exit(report(measure(rounds)))


def measure(rounds: int = RUNS) -> list[Figure]:
    """Two figures for each number of tabs; the targets are held against the number an emulator is read with."""
    figures = []
    with TemporaryDirectory() as name, emulator(Path(name)) as (url, targets):
        for tabs, pages in PAGES.items():
            runs = [pages_a_second(url, targets[:pages], tabs, Path(name) / "scratch") for _ in range(rounds)]
            figures += _figures(tabs, runs)
            log(f"spotify_pages: {tabs} tabs: {figures[-2].value:.1f} pages/s")
    return figures


def _figures(tabs: int, runs: list[tuple[float, int]]) -> list[Figure]:
    is_judged = tabs == EMULATOR_TABS
    return [
        Figure(
            f"Spotify at {LATENCY_MS} ms latency and {SCRIPT_DELAY_MS} ms script delay, tabs: {tabs}",
            tuple(rate for rate, _ in runs),
            "pages/s",
            at_least=LEAST_RATE if is_judged else None,
        ),
        Figure(
            "  memory of driver and browser",
            tuple(size / MEGABYTE for _, size in runs),
            "MB",
            at_most=MOST_MEGABYTES if is_judged else None,
        ),
    ]


if __name__ == "__main__":
    main()
