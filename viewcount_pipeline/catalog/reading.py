"""Reads a whole track catalog: CSV or JSON Lines from a path or URL, or rows of another PostgreSQL."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from viewcount_core.errors import InputError
from viewcount_pipeline.catalog.contents import download, public_location, read_file
from viewcount_pipeline.catalog.delimited import missing_isrc, read_delimited
from viewcount_pipeline.catalog.json_lines import read_json_lines
from viewcount_pipeline.catalog.merging import TracksByIsrc
from viewcount_pipeline.catalog.rows import (
    CatalogTrack,
    RawRow,
    RejectedRow,
    UnusableRow,
    find_columns,
    read_row,
    reject,
)
from viewcount_pipeline.catalog.tables import is_table, read_table

JSON_LINES_ENDINGS = frozenset({".jsonl", ".ndjson"})


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything a catalog says: distinct tracks, and the rows that could not be used.

    `source` is where it came from, without user, password or query.
    """

    source: str
    tracks: list[CatalogTrack]
    rejected: list[RejectedRow]


def read_catalog(location: str, query: str | None = None) -> Catalog:
    """The catalog at a path, an http(s) URL or a postgresql:// URL (`query` is for the last alone).

    Rows of one ISRC are merged; a row that contradicts an earlier one is rejected. Raise `InputError` when
    the whole cannot be used: unreachable, empty, not UTF-8, without an isrc column, or all rows bad.
    """
    source = public_location(location)
    return _gather(source, _rows(source, location, query))


def _rows(source: str, location: str, query: str | None) -> Iterator[RawRow | RejectedRow]:
    if is_table(location):
        return read_table(location, query)
    if location.lower().startswith(("http://", "https://")):
        return _parse(source, PurePosixPath(urlsplit(source).path).suffix, download(location))
    if "://" in location:
        raise InputError(f"{source}: not a catalog's address; give a path, an http(s):// or a postgresql:// URL")
    return _parse(source, Path(location).suffix, read_file(Path(location)))


def _parse(source: str, ending: str, content: bytes) -> Iterator[RawRow | RejectedRow]:
    start = content[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start and not content.strip():
        raise InputError(f"{source}: the file is empty; it has to hold at least one track")
    if start.startswith(b"["):
        raise InputError(f"{source}: is one JSON list; write one object a line, for example with: jq -c '.[]'")
    if ending.lower() in JSON_LINES_ENDINGS or start.startswith(b"{"):
        return read_json_lines(source, content)
    return read_delimited(source, content)


def _gather(source: str, rows: Iterable[RawRow | RejectedRow]) -> Catalog:
    tracks = TracksByIsrc()
    rejected: list[RejectedRow] = []
    unnamed: tuple[str, ...] | None = None
    has_isrc = False
    for row in rows:
        if isinstance(row, RejectedRow):
            rejected.append(row)
            continue
        try:
            tracks.add(row.line, read_row(row))
        except UnusableRow as error:
            rejected.append(reject(row, str(error)))
        if not has_isrc:
            has_isrc = bool(find_columns(row.names)["isrc"])
            unnamed = unnamed or row.names
    catalog = Catalog(source, tracks.tracks(), rejected)
    if not catalog.tracks:
        raise _useless(catalog, None if has_isrc else unnamed)
    return catalog


def _useless(catalog: Catalog, names_without_isrc: tuple[str, ...] | None) -> InputError:
    if names_without_isrc is not None:
        return missing_isrc(catalog.source, names_without_isrc)
    if not catalog.rejected:
        return InputError(f"{catalog.source}: holds no rows; a catalog needs at least one track")
    first = catalog.rejected[0]
    return InputError(
        f"{catalog.source}: none of {len(catalog.rejected)} rows can be used; line {first.line}: {first.reason}"
    )
