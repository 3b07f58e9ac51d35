"""Ids a second of the YouTube client, end to end against the emulator in a process of its own.

python -m benchmarks.youtube_client
"""

import csv
import sys
import time
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from viewcount_core import clock
from viewcount_core.records import Service, Status, Target
from viewcount_core.settings import Settings
from viewcount_local.emulators.process import running_emulator
from viewcount_pipeline.sources.youtube import YouTubeSource

IDS = 50_000
RUNS = 3
# (latency of every answer in ms, ids asked for, least ids/s)
CASES = [(0, IDS, 10_000), (150, IDS, 2_000)]


class FreeLedger:
    """Grants everything."""

    def reserve(self, units: int) -> int:
        """All of it."""
        return units


def main() -> int:
    """Print a line a case; 1 when one falls short."""
    concurrency = Settings.model_fields["youtube_concurrency"].default
    with TemporaryDirectory() as folder:
        tracks = Path(folder) / "tracks.csv"
        targets = write_tracks(tracks)
        results = [run_case(tracks, targets[:ids], latency_ms, least, concurrency) for latency_ms, ids, least in CASES]
    return 0 if all(results) else 1


def run_case(tracks: Path, targets: list[Target], latency_ms: int, least: int, concurrency: int) -> bool:
    """Median of several runs of one case, printed; whether it is enough."""
    with running_emulator(Service.YOUTUBE, tracks, latency_ms=latency_ms) as url:
        rates = [ids_a_second(url, targets, concurrency) for _ in range(RUNS)]
    rate = median(rates)
    runs = " ".join(f"{each:,.0f}" for each in rates)
    print(
        f"youtube_client latency_ms={latency_ms} ids={len(targets)} concurrency={concurrency} "
        f"ids_per_second={rate:,.0f} (runs {runs}) target={least:,} ratio={rate / least:.2f}",
        flush=True,
    )
    return rate >= least


def ids_a_second(url: str, targets: list[Target], concurrency: int) -> float:
    """One run of `observe` over all targets, the building of the client included."""
    source = YouTubeSource("benchmark", FreeLedger(), base_url=url, concurrency=concurrency)
    start = time.perf_counter()
    seen = [each for batch in source.observe(targets, clock.utc_now() + timedelta(hours=1)) for each in batch]
    elapsed_seconds = time.perf_counter() - start
    assert len(seen) == len(targets)
    assert all(each.status is Status.OK for each in seen)
    return len(targets) / elapsed_seconds


def write_tracks(path: Path) -> list[Target]:
    """A catalog of as many videos as are asked for."""
    targets = [Target(f"QZVCT{number:07}", f"v{number:010}") for number in range(IDS)]
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["isrc", "youtube_video_id"])
        rows.writerows((target.isrc, target.source_id) for target in targets)
    return targets


if __name__ == "__main__":
    sys.exit(main())
