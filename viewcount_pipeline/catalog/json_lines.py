"""Reads the rows of a JSON Lines file: one object a line, each with its own names."""

from collections.abc import Iterator

import orjson

from viewcount_pipeline.catalog.lines import NumberedLines
from viewcount_pipeline.catalog.rows import RawRow, RejectedRow, plain


def read_json_lines(source: str, content: bytes) -> Iterator[RawRow | RejectedRow]:
    """One row for each line that is not blank. Raise `InputError` for text that is not UTF-8."""
    lines = NumberedLines(source, content)
    for text in lines:
        line = lines.mark() - 1
        if text.strip():
            yield _row(line, text)


def _row(line: int, text: str) -> RawRow | RejectedRow:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        return RejectedRow(line, f"is not JSON: {error.msg} at column {error.colno}", {"text": plain(text.rstrip())})
    if not isinstance(found, dict):
        return RejectedRow(line, 'is not a JSON object like {"isrc": "USUM71604711"}', {"text": plain(text.rstrip())})
    return RawRow(line, tuple(found), tuple(found.values()))
