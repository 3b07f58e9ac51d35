"""Ids a second of the YouTube client, end to end against the emulator in a process of its own.

python -m benchmarks.youtube_client --ids 50000 --rounds 3
"""

import csv
import sys
import time
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import click

from benchmarks.figures import Figure, log, report
from viewcount_core import clock
from viewcount_core.records import Service, Status, Target
from viewcount_core.settings import Settings
from viewcount_local.emulators.process import running_emulator
from viewcount_pipeline.sources.youtube import YouTubeSource

IDS = 50_000
RUNS = 3
# (latency of every answer in ms, least ids/s)
CASES = [(0, 10_000), (150, 2_000)]


class FreeLedger:
    """Grants everything."""

    def reserve(self, units: int) -> int:
        """All of it."""
        return units


@click.command()
@click.option("--ids", default=IDS, show_default=True)
@click.option("--rounds", default=RUNS, show_default=True)
def main(ids: int, rounds: int) -> None:
    """Print the figures; exit 1 when a target is not met."""
    sys.exit(report(measure(ids, rounds)))


def measure(ids: int = IDS, rounds: int = RUNS) -> list[Figure]:
    """One figure a case, each against an emulator of its own."""
    with TemporaryDirectory() as folder:
        tracks = Path(folder) / "tracks.csv"
        targets = write_tracks(tracks, ids)
        return [_measure_case(tracks, targets, latency_ms, least, rounds) for latency_ms, least in CASES]


def _measure_case(tracks: Path, targets: list[Target], latency_ms: int, least: int, rounds: int) -> Figure:
    concurrency = Settings.model_fields["youtube_concurrency"].default
    with running_emulator(Service.YOUTUBE, tracks, latency_ms=latency_ms) as url:
        rates = [ids_a_second(url, targets, concurrency) for _ in range(rounds)]
    log(f"youtube_client: {latency_ms} ms: {median(rates):,.0f} ids/s")
    return Figure(f"YouTube client at {latency_ms} ms latency", tuple(rates), "ids/s", at_least=least)


def ids_a_second(url: str, targets: list[Target], concurrency: int) -> float:
    """One run of `observe` over all targets, the building of the client included."""
    source = YouTubeSource("benchmark", FreeLedger(), base_url=url, concurrency=concurrency)
    start = time.perf_counter()
    seen = [each for batch in source.observe(targets, clock.utc_now() + timedelta(hours=1)) for each in batch]
    elapsed_seconds = time.perf_counter() - start
    assert len(seen) == len(targets)
    assert all(each.status is Status.OK for each in seen)
    return len(targets) / elapsed_seconds


def write_tracks(path: Path, ids: int) -> list[Target]:
    """A catalog of as many videos as are asked for."""
    targets = [Target(f"QZVCT{number:07}", f"v{number:010}") for number in range(ids)]
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["isrc", "youtube_video_id"])
        rows.writerows((target.isrc, target.source_id) for target in targets)
    return targets


if __name__ == "__main__":
    main()
