"""Reads the rows of a CSV file: comma, semicolon or tab; quoted line breaks; one bad quote costs one row."""

import csv
from collections.abc import Iterator

from viewcount_core.errors import InputError
from viewcount_pipeline.catalog.lines import NumberedLines
from viewcount_pipeline.catalog.rows import RawRow, RejectedRow, find_columns, plain, reject

DELIMITERS = (",", ";", "\t")
_SHOWN_COLUMNS = 12


def read_delimited(source: str, content: bytes) -> Iterator[RawRow | RejectedRow]:
    """Rows below the header, blank lines left out.

    Raise `InputError` without an `isrc` column or for text that is not UTF-8.
    """
    lines = NumberedLines(source, content)
    delimiter, names = _read_header(source, lines)
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = lines.mark()
        try:
            values = next(rows)
        except StopIteration:
            return
        except csv.Error:
            # Left alone, an open quote swallows every row up to the next quote.
            yield _misquoted(line, lines.keep_first())
            rows = csv.reader(lines, delimiter=delimiter, strict=True)
            continue
        if values:
            yield _row(line, names, values)


def missing_isrc(source: str, names: tuple[str, ...]) -> InputError:
    """The error for rows whose columns `names` hold no ISRC."""
    found = ", ".join(str(plain(name))[:40] for name in names[:_SHOWN_COLUMNS]) or "nothing"
    more = ", ..." if len(names) > _SHOWN_COLUMNS else ""
    return InputError(f"{source}: no column isrc (found: {found}{more}); the first line has to name the columns")


def _read_header(source: str, lines: NumberedLines) -> tuple[str, tuple[str, ...]]:
    first = next((line for line in lines if line.strip()), None)
    if first is None:
        raise InputError(f"{source}: the file is empty; its first line has to name the columns, isrc among them")
    headers = {delimiter: _split(first, delimiter) for delimiter in DELIMITERS}
    for delimiter, names in headers.items():
        if find_columns(names)["isrc"]:
            return delimiter, names
    raise missing_isrc(source, max(headers.values(), key=len))


def _split(line: str, delimiter: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in next(csv.reader([line], delimiter=delimiter)))


def _row(line: int, names: tuple[str, ...], values: list[str]) -> RawRow | RejectedRow:
    while len(values) > len(names) and not values[-1].strip():
        values.pop()
    row = RawRow(line, names, values)
    if len(values) == len(names):
        return row
    # Cells may have moved into a neighbour's column; a guess would ask for another track's count.
    reason = f"has {len(values)} cells where the header has {len(names)}: put text that holds the delimiter in quotes"
    surplus = {f"cell {number}": value for number, value in enumerate(values[len(names) :], len(names) + 1)}
    rejected = reject(row, reason)
    return RejectedRow(line, reason, {**rejected.raw, **surplus})


def _misquoted(line: int, text: str) -> RejectedRow:
    reason = 'quotes do not match: put the whole cell in quotes and write a quote inside it as ""'
    return RejectedRow(line, reason, {"text": plain(text.rstrip("\r\n"))})
