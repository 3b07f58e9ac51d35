"""Imports a CSV file of observations into the log: all its good rows in one transaction, or nothing.

The file is streamed in batches, so memory stays flat. A killed import leaves nothing behind; after a finished one the
same file finds all its rows there already.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import islice
from pathlib import Path

from viewcount_core import clock
from viewcount_core.database import Database, Transaction
from viewcount_core.errors import InputError
from viewcount_pipeline.imports.observation_rows import RowReader, StagedRow, UnusableObservation, read_header
from viewcount_pipeline.imports.text_lines import read_lines
from viewcount_pipeline.observation_log import LOG, append_staged, ensure_partitions

BATCH_LINES = 50_000

Numbered = tuple[int, StagedRow]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line of the file that was not stored, and why."""

    line: int
    reason: str


@dataclass(slots=True)
class ImportedObservations:
    """What became of the rows; all good ones lie between `first_day` and `last_day` (UTC)."""

    stored: int = 0
    repeated: int = 0
    bad: int = 0
    first_day: date | None = None
    last_day: date | None = None


def import_observations(
    database: Database,
    path: Path,
    first_date: date,
    on_bad: Callable[[BadRow], None],
    on_bytes: Callable[[int], None] = lambda read: None,
) -> ImportedObservations:
    """Append the good rows of a CSV file to the log, with origin `import`; tell `on_bad` the others, by line.

    A row that is in the log already, or twice in the file, is counted as repeated. Raise `InputError`, with nothing
    stored, for a file that is missing, empty, not UTF-8 or without the columns.
    """
    lines = read_lines(path, on_bytes)
    header = next(lines, None)
    if header is None:
        raise InputError(f"{path}: the file is empty; its first line has to name the columns")
    earliest = datetime.combine(first_date, time(), UTC)
    reader = RowReader(read_header(str(path), header[1]), earliest, clock.utc_now())
    with database.transaction() as tx:
        batches = _Batches(database, tx, reader, on_bad)
        while batch := list(islice(lines, BATCH_LINES)):
            batches.store(batch)
    if not batches.lines:
        raise InputError(f"{path}: holds no rows; below the header it needs at least one")
    return batches.imported


class _Batches:
    """Stores one batch of lines after another."""

    def __init__(
        self, database: Database, tx: Transaction, reader: RowReader, on_bad: Callable[[BadRow], None]
    ) -> None:
        self.imported = ImportedObservations()
        self.lines = 0
        self._database = database
        self._tx = tx
        self._reader = reader
        self._on_bad = on_bad

    def store(self, batch: list[tuple[int, str]]) -> None:
        self.lines += len(batch)
        good, bad = self._read(batch)
        if good:
            bad += self._append(good)
        self.imported.bad += len(bad)
        for row in sorted(bad, key=lambda row: row.line):
            self._on_bad(row)

    def _read(self, batch: list[tuple[int, str]]) -> tuple[list[Numbered], list[BadRow]]:
        good: list[Numbered] = []
        bad: list[BadRow] = []
        for number, line in batch:
            try:
                good.append((number, self._reader.read(line)))
            except UnusableObservation as error:
                bad.append(BadRow(number, str(error)))
        return good, bad

    def _append(self, rows: list[Numbered]) -> list[BadRow]:
        instants = [row[2] for _, row in rows]
        first_at, last_at = min(instants), max(instants)
        self._make_partitions(first_at.date(), last_at.date())
        self._stage(rows)
        unknown = self._take_out_unknown()
        stored = append_staged(self._tx, "import", None)
        there = len(rows) - len(unknown) - stored
        conflicts = self._conflicts(first_at, last_at) if there else []
        self.imported.stored += stored
        self.imported.repeated += there - len(conflicts)
        self._widen(rows, {row.line for row in unknown + conflicts})
        return unknown + conflicts

    def _widen(self, rows: list[Numbered], bad_lines: set[int]) -> None:
        instants = [row[2] for line, row in rows if line not in bad_lines]
        if instants:
            first, last = min(instants).date(), max(instants).date()
            self.imported.first_day = min(first, self.imported.first_day or first)
            self.imported.last_day = max(last, self.imported.last_day or last)

    def _make_partitions(self, first: date, last: date) -> None:
        # In a transaction of its own: the lock on making partitions must not be held for the whole file.
        with self._database.transaction() as tx:
            ensure_partitions(tx, LOG, first, last)

    def _stage(self, rows: list[Numbered]) -> None:
        self._tx.run("pipeline/create_staged_observations")
        self._tx.run("pipeline/clear_staged_observations")
        self._tx.copy_in("pipeline/copy_staged_observations", _staged(rows))

    def _take_out_unknown(self) -> list[BadRow]:
        rows = self._tx.rows("pipeline/delete_unknown_observations")
        return [BadRow(row["line"], f"isrc {row['isrc']} is no track of this database") for row in rows]

    def _conflicts(self, first_at: datetime, last_at: datetime) -> list[BadRow]:
        rows = self._tx.rows("pipeline/conflicting_observations", first_at=first_at, last_at=last_at)
        return [BadRow(row["line"], _contradiction(row["view_count"], row["status"])) for row in rows]


def _staged(rows: list[Numbered]) -> Iterator[tuple[object, ...]]:
    return ((line, *row, None, None, None) for line, row in rows)


def _contradiction(view_count: int | None, status: str) -> str:
    known = status if view_count is None else view_count
    return f"contradicts what is recorded for the same track, service and instant: {known}"
