"""Makes an observation of one line of CSV, or says why it cannot; knows columns, not the database."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from viewcount_core.errors import InputError
from viewcount_core.records import Service, Status
from viewcount_pipeline.catalog.delimited import DELIMITERS
from viewcount_pipeline.catalog.identifiers import ISRC, InvalidIdentifier, normalize_isrc, shown

REQUIRED = ("isrc", "service", "observed_at", "view_count")
STATUS = "status"
LOWEST, HIGHEST = -(2**63), 2**63 - 1
# Sign and digits of a bigint; a longer number need not be read to know that it does not fit.
_LONGEST_COUNT = 20
_SERVICES = {service.key: service.value for service in Service}
_STATUSES = {status.value: status for status in Status}

StagedRow = tuple[str, int, datetime, int | None, str]


class UnusableObservation(ValueError):
    """A row that cannot go into the log; the message is the reason."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How the cells of a file are parted and where the columns are; `status` is None without that column."""

    delimiter: str
    width: int
    positions: tuple[int, int, int, int]
    status: int | None


def read_header(source: str, line: str) -> Layout:
    """Layout named by the first line. Raise `InputError` when a column is missing or named twice."""
    headers = {delimiter: _names(line, delimiter) for delimiter in DELIMITERS}
    delimiter, names = max(headers.items(), key=lambda item: len(item[1]))
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise InputError(
            f"{source}: no column {missing[0]}; the first line has to be isrc,service,observed_at,view_count[,status]"
        )
    twice = next((name for name in (*REQUIRED, STATUS) if names.count(name) > 1), None)
    if twice:
        raise InputError(f"{source}: two columns are named {twice}; leave one of them out")
    isrc, service, observed_at, view_count = (names.index(name) for name in REQUIRED)
    status = names.index(STATUS) if STATUS in names else None
    return Layout(delimiter, len(names), (isrc, service, observed_at, view_count), status)


class RowReader:
    """Reads the lines of one file; a reading has to lie between `earliest` and `latest`, both aware."""

    def __init__(self, layout: Layout, earliest: datetime, latest: datetime) -> None:
        self._layout = layout
        self._earliest = earliest
        self._latest = latest

    def read(self, line: str) -> StagedRow:
        """ISRC, service, instant in UTC, count and status. Raise `UnusableObservation` with the reason."""
        cells = self._cells(line)
        isrc, service, observed_at, view_count = self._layout.positions
        found = _isrc(cells[isrc])
        service_id = _service(cells[service])
        instant = self._instant(cells[observed_at])
        status = Status.OK if self._layout.status is None else _status(cells[self._layout.status])
        return found, service_id, instant, _count(cells[view_count].strip(), status), status.value

    def _cells(self, line: str) -> Sequence[str]:
        cells = _parse(line, self._layout.delimiter)
        if len(cells) != self._layout.width:
            raise UnusableObservation(f"has {len(cells)} cells where the header has {self._layout.width}")
        return cells

    def _instant(self, cell: str) -> datetime:
        instant = _parse_instant(cell.strip())
        if instant > self._latest:
            raise UnusableObservation(f"observed_at {shown(cell.strip())} is in the future")
        if instant < self._earliest:
            raise UnusableObservation(
                f"observed_at {shown(cell.strip())} is before {self._earliest:%Y-%m-%d}, the first day recorded "
                "(VIEWCOUNT_FIRST_DATE)"
            )
        return instant.astimezone(UTC)


def _names(line: str, delimiter: str) -> list[str]:
    try:
        return [name.strip().lower() for name in _parse(line, delimiter)]
    except UnusableObservation:
        return []


def _parse(line: str, delimiter: str) -> list[str]:
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error:
        raise UnusableObservation("quotes do not match; no cell needs any, and a row takes one line") from None


def _isrc(cell: str) -> str:
    if ISRC.fullmatch(cell):
        return cell
    try:
        return normalize_isrc(cell)
    except InvalidIdentifier as error:
        raise UnusableObservation(str(error)) from None


def _service(cell: str) -> int:
    service_id = _SERVICES.get(cell) or _SERVICES.get(cell.strip().lower())
    if service_id is None:
        raise UnusableObservation(f"service {shown(cell)} is not known: {' or '.join(_SERVICES)}")
    return service_id


def _status(cell: str) -> Status:
    status = _STATUSES.get(cell or "ok") or _STATUSES.get(cell.strip().lower() or "ok")
    if status is None:
        raise UnusableObservation(f"status {shown(cell)} is not known: one of {', '.join(_STATUSES)}")
    return status


def _parse_instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise UnusableObservation(
            f"observed_at {shown(text)} is not an ISO-8601 instant like 2026-01-31T21:30:00Z"
        ) from None
    if instant.tzinfo is None:
        raise UnusableObservation(f"observed_at {shown(text)} has no zone: end it with Z or an offset like +01:00")
    return instant


def _count(text: str, status: Status) -> int | None:
    if not text:
        if status is Status.OK:
            raise UnusableObservation("view_count is missing; without a number, status has to say why")
        return None
    digits = text[1:] if text[0] in "+-" else text
    if not (digits.isascii() and digits.isdigit()):
        raise UnusableObservation(f"view_count {shown(text)} is not a whole number in plain digits")
    count = int(text) if len(text) <= _LONGEST_COUNT else HIGHEST + 1
    if not LOWEST <= count <= HIGHEST:
        raise UnusableObservation(f"view_count {shown(text)} is beyond {HIGHEST}")
    if status is not Status.OK:
        raise UnusableObservation(f"view_count is given although status is {status}; leave one of them empty")
    return count
