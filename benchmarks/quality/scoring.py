"""How often flags are right, by the usual measures; None where a history has nothing to measure one with.

Judged are the readings after the warm-up. Neutral ones count neither way, those of every other role but fault are good.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from benchmarks.quality.history import Cell, History, Label, Role

GRACE = timedelta(days=1)
"""A fault that is flagged on the day after its last one has been seen too."""
CLEAN = (Role.PLAIN, Role.BURST, Role.SHOCK)
_NOTHING = Label("", None, Role.PLAIN)


@dataclass(frozen=True)
class Score:
    """Measures by name; `by_kind` is the share of the faults of each kind that were seen."""

    measures: Mapping[str, float | None]
    by_kind: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Fault:
    kind: str
    cells: tuple[Cell, ...]

    def span(self) -> set[Cell]:
        """All cells from the first to the day of grace."""
        (isrc, service, first), last = self.cells[0], self.cells[-1][2] + GRACE
        return {(isrc, service, first + timedelta(days=n)) for n in range((last - first).days + 1)}


def score(history: History, flags: Collection[Cell]) -> Score:
    """Measure flags against the labels. Raise `ValueError` for a flag on a series the history does not have."""
    series = {reading.series for reading in history.readings}
    strange = next((cell for cell in flags if cell[:2] not in series), None)
    if strange:
        raise ValueError(f"a flag on {strange[0]} of {strange[1]}, which was never read")
    roles = {reading.cell: history.labels.get(reading.cell, _NOTHING).role for reading in history.judged()}
    faults = _faults(history, roles)
    flagged = set(flags)
    by_kind = _by_kind(faults, flagged)
    return Score(_readings(roles, faults, flagged) | _events(faults, flagged, by_kind), by_kind)


def _faults(history: History, roles: Mapping[Cell, Role]) -> list[_Fault]:
    cells: dict[int | None, list[Cell]] = defaultdict(list)
    for cell, role in roles.items():
        if role is Role.FAULT:
            cells[history.labels[cell].event].append(cell)
    return [
        _Fault(history.labels[of_event[0]].kind, tuple(sorted(of_event, key=_day_of))) for of_event in cells.values()
    ]


def _by_kind(faults: Iterable[_Fault], flagged: set[Cell]) -> dict[str, float]:
    seen: dict[str, list[bool]] = defaultdict(list)
    for fault in faults:
        seen[fault.kind].append(not flagged.isdisjoint(fault.span()))
    return {kind: sum(each) / len(each) for kind, each in sorted(seen.items())}


def _events(faults: list[_Fault], flagged: set[Cell], by_kind: Mapping[str, float]) -> dict[str, float | None]:
    seen = sum(not flagged.isdisjoint(fault.span()) for fault in faults)
    return {
        "event_recall": _ratio(seen, len(faults)),
        "lowest_kind_event_recall": min(by_kind.values(), default=None),
    }


def _readings(roles: Mapping[Cell, Role], faults: list[_Fault], flagged: set[Cell]) -> dict[str, float | None]:
    def share(cells: Collection[Cell], of: int = 1) -> float | None:
        return _ratio(of * len(flagged.intersection(cells)), len(cells))

    by_role = {role: {cell for cell, own in roles.items() if own is role} for role in Role}
    wrong = by_role[Role.FAULT]
    good = roles.keys() - wrong - by_role[Role.NEUTRAL]
    near = {cell for fault in faults for cell in fault.span()}
    clean = {cell for role in CLEAN for cell in by_role[role]} - near
    hits, misses = len(flagged & wrong), len(flagged & good)
    return {
        "f1": _ratio(2 * hits, hits + misses + len(wrong)) if wrong else None,
        "precision": _ratio(hits, hits + misses) if wrong else None,
        "recall": _ratio(hits, len(wrong)),
        "false_alarms_per_1000": share(clean, 1_000),
        "wrong_flags_per_1000": share(good, 1_000),
        "echo_rate": share(by_role[Role.RECOVERY]),
        "source_stale_flags_per_1000": share(by_role[Role.SOURCE_STALE], 1_000),
        "catch_up_flags_per_1000": share(by_role[Role.CATCH_UP], 1_000),
    }


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _day_of(cell: Cell) -> date:
    return cell[2]
