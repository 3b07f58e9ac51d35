"""What the seeds gave: one row a measure, with its target, each seed, the mean, and the baselines' means."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from benchmarks.figures import Figure
from benchmarks.quality.scoring import Score

SERVED = "served_unbelieved"
REBUILD = "rebuild_seconds"
LEAST_KIND = 0.85


class Measure(Figure):
    """Judged by the mean: one seed can miss by luck."""

    @property
    def value(self) -> float:
        """The mean of the seeds."""
        return fmean(self.rounds)


@dataclass(frozen=True, slots=True)
class Row:
    """A measure beside the means of the baselines."""

    measure: Measure
    beside: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Wanted:
    title: str
    unit: str = ""
    at_least: float | None = None
    at_most: float | None = None


MEASURES = {
    "f1": _Wanted("F1", at_least=0.975),
    "precision": _Wanted("precision"),
    "recall": _Wanted("recall"),
    "event_recall": _Wanted("event recall", at_least=0.975),
    "lowest_kind_event_recall": _Wanted("event recall of the lowest kind", at_least=LEAST_KIND),
    "false_alarms_per_1000": _Wanted("false alarms", "per 1,000", at_most=0.2),
    "echo_rate": _Wanted("echo", at_most=0.03),
    "source_stale_flags_per_1000": _Wanted("flags on stale days", "per 1,000", at_most=1),
    "catch_up_flags_per_1000": _Wanted("flags on catch-up days", "per 1,000", at_most=1),
    SERVED: _Wanted("served and not believed", "snapshots", at_most=0),
    REBUILD: _Wanted("rebuild", "s"),
}
UNINJECTED = {
    "wrong_flags_per_1000": _Wanted("no faults: wrong flags", "per 1,000", at_most=0.1),
    SERVED: _Wanted("no faults: served and not believed", "snapshots", at_most=0),
    REBUILD: _Wanted("no faults: rebuild", "s"),
}


def rows_of(
    wanted: Mapping[str, _Wanted], scores: Sequence[Score], baselines: Mapping[str, Sequence[Score]]
) -> list[Row]:
    """One row a measure that at least one seed has."""
    rows = []
    for name, each in wanted.items():
        if values := _values(scores, name):
            beside = {baseline: fmean(own) for baseline, of in baselines.items() if (own := _values(of, name))}
            measure = Measure(each.title, values, each.unit, at_most=each.at_most, at_least=each.at_least)
            rows.append(Row(measure, beside))
    return rows


def kind_rows_of(scores: Sequence[Score], baselines: Mapping[str, Sequence[Score]]) -> list[Row]:
    """Event recall of each kind of fault."""
    kinds = sorted({kind for score in scores for kind in score.by_kind})
    rows = []
    for kind in kinds:
        beside = {name: fmean(_recalls(of, kind)) for name, of in baselines.items()}
        rows.append(Row(Measure(f"  {kind}", _recalls(scores, kind), "", at_least=LEAST_KIND), beside))
    return rows


def print_rows(rows: Iterable[Row], seeds: Sequence[int], baselines: Sequence[str]) -> None:
    """One line a row; a row of fewer values than seeds leaves the last ones empty."""
    table = [("what", "mean", "unit", "target", "", *(f"seed {seed}" for seed in seeds), *baselines)]
    for row in rows:
        each = [f"{value:,.3f}" for value in row.measure.rounds]
        beside = [f"{row.beside[name]:,.3f}" if name in row.beside else "" for name in baselines]
        spare = [""] * (len(seeds) - len(each))
        measure = row.measure
        mean = f"{measure.value:,.3f}"
        table.append((measure.name, mean, measure.unit, measure.target, measure.verdict, *each, *spare, *beside))
    widths = [max(len(line[column]) for line in table) for column in range(len(table[0]))]
    for line in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip(), flush=True)


def _values(scores: Sequence[Score], name: str) -> tuple[float, ...]:
    return tuple(value for score in scores if (value := score.measures.get(name)) is not None)


def _recalls(scores: Sequence[Score], kind: str) -> tuple[float, ...]:
    return tuple(score.by_kind[kind] for score in scores if kind in score.by_kind)
