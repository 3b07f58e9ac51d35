"""A labelled history as the four files of a folder: tracks.csv, observations.csv, labels.csv, meta.json."""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import astuple, fields
from datetime import date, datetime
from pathlib import Path

from benchmarks.quality.history import Cell, History, Label, Reading, Role, Track

OBSERVATION_COLUMNS = ("isrc", "service", "observed_at", "view_count")
LABEL_COLUMNS = ("isrc", "service", "date", "kind", "event_id", "role")


def write_history(history: History, folder: Path) -> None:
    """Make the folder; the same history gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    write_csv(folder / "tracks.csv", [field.name for field in fields(Track)], map(astuple, history.tracks))
    observations = ((r.isrc, r.service, f"{r.observed_at:%Y-%m-%dT%H:%M:%SZ}", r.view_count) for r in history.readings)
    write_csv(folder / "observations.csv", OBSERVATION_COLUMNS, observations)
    write_csv(folder / "labels.csv", LABEL_COLUMNS, _label_rows(history))
    meta = {
        "mode": "injected" if history.has_faults else "uninjected",
        "seed": history.seed,
        "window_start": history.first_day.isoformat(),
        "window_end": history.last_day.isoformat(),
        "warmup_days": history.warm_up_days,
        "series_warmup_days": history.series_warm_up_days,
    }
    (folder / "meta.json").write_text(json.dumps(meta, indent=2) + "\n", encoding="utf-8")


def read_history(folder: Path) -> History:
    """What was written. Raise `KeyError` for a missing column."""
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    return History(
        tracks=tuple(Track(**row) for row in read_csv(folder / "tracks.csv")),
        readings=tuple(_reading(row) for row in read_csv(folder / "observations.csv")),
        labels=dict(map(_label, read_csv(folder / "labels.csv"))),
        seed=meta["seed"],
        has_faults=meta["mode"] == "injected",
        warm_up_days=meta["warmup_days"],
        series_warm_up_days=meta["series_warmup_days"],
    )


def window_of(folder: Path) -> tuple[date, date]:
    """First and last day of the history in a folder."""
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    return date.fromisoformat(meta["window_start"]), date.fromisoformat(meta["window_end"])


def write_flags(path: Path, cells: Iterable[Cell]) -> None:
    """What somebody does not believe, as CSV."""
    write_csv(path, ("isrc", "service", "date"), sorted(cells))


def read_flags(path: Path) -> set[Cell]:
    """What somebody does not believe; further columns are passed over."""
    return {(row["isrc"], row["service"], date.fromisoformat(row["date"])) for row in read_csv(path)}


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Iterable[object]]) -> None:
    """A header and rows, lines ended as on Unix everywhere."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def read_csv(path: Path) -> list[dict[str, str]]:
    """The rows by the names of the header."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _label_rows(history: History) -> Iterable[tuple[object, ...]]:
    for (isrc, service, day), label in sorted(history.labels.items(), key=lambda item: (item[0][2], *item[0])):
        yield isrc, service, day, label.kind, "" if label.event is None else label.event, label.role.value


def _reading(row: dict[str, str]) -> Reading:
    return Reading(row["isrc"], row["service"], datetime.fromisoformat(row["observed_at"]), int(row["view_count"]))


def _label(row: dict[str, str]) -> tuple[Cell, Label]:
    cell = (row["isrc"], row["service"], date.fromisoformat(row["date"]))
    return cell, Label(row["kind"], int(row["event_id"]) if row["event_id"] else None, Role(row["role"]))
