"""How often the verdicts are right, against labelled histories: `python -m benchmarks.quality --seeds 1-6`.

Each history goes through the public commands into a database of its own. Where the tools of `../shared` are, histories,
baselines and scores are theirs, of real counters; else, and with `--own`, all of it is of our own making.
"""

import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from benchmarks.figures import log
from benchmarks.home import own_home
from benchmarks.quality.baselines import BASELINES
from benchmarks.quality.benches import Bench, OwnBench
from benchmarks.quality.commands import CommandFailed, run_command
from benchmarks.quality.generator import LEAST_DAYS
from benchmarks.quality.outside import DATA, OutsideBench, why_absent
from benchmarks.quality.results import MEASURES, REBUILD, SERVED, UNINJECTED, Row, kind_rows_of, print_rows, rows_of
from benchmarks.quality.scoring import Score
from benchmarks.quality.seeds import SEEDS
from benchmarks.quality.trial import try_history
from viewcount_local.supervisor import lease

DAYS, OWN_SERIES = 120, 400

# One wrong flag weighs a quarter of the strictest target then, 0.2 of 1,000.
JUDGED_READINGS = 20_000


@click.command()
@click.option("--seeds", type=SEEDS, default="1-6", show_default=True, help="Such as 1-6 or 2,5.")
@click.option("--days", type=click.IntRange(min=LEAST_DAYS), default=DAYS, show_default=True, help="Of each history.")
@click.option(
    "--series", default=0, help=f"Series of each history; 0: all real ones, or {OWN_SERIES} of our own making."
)
@click.option("--data", type=click.Path(path_type=Path), default=DATA, help="Folder of real counters.")
@click.option("--own", is_flag=True, help="Histories of our own making, even where there are real counters.")
def main(seeds: Sequence[int], days: int, series: int, data: Path, own: bool) -> None:
    """Print the table; exit 1 when a target is not met, 2 when a command fails."""
    bench = choose_bench(days, series, data, own=own)
    log(f"quality: {bench.title}")
    if 0 < days * series * len(seeds) < JUDGED_READINGS:
        log(f"quality: fewer than {JUDGED_READINGS:,} readings: a single flag can miss a target, take this for a trial")
    try:
        rows = measure(bench, seeds)
    except CommandFailed as error:
        log(f"quality: {error}")
        sys.exit(2)
    print_rows(rows, seeds, list(BASELINES))
    sys.exit(0 if all(row.measure.is_met for row in rows) else 1)


def choose_bench(days: int, series: int, data: Path, *, own: bool) -> Bench:
    """The tools beside the checkout, or else our own."""
    absent = why_absent(data)
    if own or absent:
        log(f"quality: {absent}, so" if absent and not own else "quality: as asked,")
        return OwnBench(days, series or OWN_SERIES)
    return OutsideBench(days, series, data)


def measure(bench: Bench, seeds: Sequence[int]) -> list[Row]:
    """All seeds one after the other, then one history without faults."""
    scores: list[Score] = []
    others: dict[str, list[Score]] = defaultdict(list)
    for seed in seeds:
        with _folder() as folder:
            bench.make(seed, folder)
            scores.append(_judge(bench, folder))
            for name in BASELINES:
                others[name].append(bench.score(folder, bench.flag(name, folder)))
        log(f"quality: seed {seed}: " + _shown(scores[-1], ("f1", "event_recall", "false_alarms_per_1000", REBUILD)))
    rows = rows_of(MEASURES, scores, others) + kind_rows_of(scores, others)
    return rows + _measure_without_faults(bench, seeds[0])


def _measure_without_faults(bench: Bench, seed: int) -> list[Row]:
    with _folder() as folder:
        bench.make(seed, folder, faulty=False)
        score = _judge(bench, folder)
        others = {name: [bench.score(folder, bench.flag(name, folder))] for name in BASELINES}
    log(f"quality: without faults: {_shown(score, ('wrong_flags_per_1000', REBUILD))}")
    return rows_of(UNINJECTED, [score], others)


def _judge(bench: Bench, folder: Path) -> Score:
    with own_home() as settings:
        # Held over all commands, so that each of them finds the servers running; leaving the home releases it.
        lease(settings.home)
        trial = try_history(folder, run_command)
    score = bench.score(folder, trial.flags)
    more = {SERVED: float(trial.served_unbelieved), REBUILD: trial.rebuild_seconds}
    return replace(score, measures={**score.measures, **more})


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="viewcount-quality-") as name:
        yield Path(name)


def _shown(score: Score, names: Sequence[str]) -> str:
    return ", ".join(f"{name} {score.measures[name]:.3f}" for name in names)


if __name__ == "__main__":
    main()
