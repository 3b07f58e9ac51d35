"""Makes a track of one raw catalog row, or says why it cannot; knows columns, not files."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from viewcount_pipeline.catalog.identifiers import (
    InvalidIdentifier,
    SpotifyPage,
    normalize_isrc,
    spotify_album_id,
    spotify_page,
    spotify_track_id,
    youtube_video_id,
)

# A longer title is damage, and only decoration: it is cut, so that the track keeps its counts.
LONGEST_TEXT = 1000

COLUMNS = {
    "isrc": "isrc",
    "title": "title",
    "track_name": "title",
    "artist": "artist",
    "artist_name": "artist",
    "album": "album",
    "album_name": "album",
    "youtube_video_id": "youtube",
    "youtube_url": "youtube",
    "spotify_track_id": "spotify_track",
    "spotify_album_id": "spotify_album",
    "spotify_url": "spotify_page",
}
Read = TypeVar("Read")

_NO_PAGE = SpotifyPage()
_NOTHING = frozenset({"", "null", "NULL", "None"})
_BREAKS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ufeff]")


@dataclass(frozen=True, slots=True)
class CatalogTrack:
    """One recording and where its plays are counted; ids are bare, texts trimmed and never empty."""

    isrc: str
    title: str | None = None
    artist: str | None = None
    album: str | None = None
    youtube_video_id: str | None = None
    spotify_track_id: str | None = None
    spotify_album_id: str | None = None


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as it was read: `line` of the file (from 1; of a query, the row), and a value for each name."""

    line: int
    names: tuple[str, ...]
    values: Sequence[object]


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that cannot be used. `raw` is what was read, ready for JSON."""

    line: int
    reason: str
    raw: dict[str, object]


class UnusableRow(ValueError):
    """A row that names no track, or two at once; the message is the reason."""


Layout = dict[str, list[tuple[str, int]]]


@lru_cache(maxsize=256)
def find_columns(names: tuple[str, ...]) -> Layout:
    """Name and position of each column we know, by field; a field may have several."""
    layout: Layout = {field: [] for field in COLUMNS.values()}
    for position, name in enumerate(names):
        known = _CONTROLS.sub("", name).strip().lower().replace(" ", "_")
        if known in COLUMNS:
            layout[COLUMNS[known]].append((known, position))
    return layout


def read_row(row: RawRow) -> CatalogTrack:
    """The track of one row. Raise `UnusableRow` with the reason."""
    layout = find_columns(row.names)
    isrc = _one_id(row, layout["isrc"], normalize_isrc)
    if isrc is None:
        raise UnusableRow("isrc is missing")
    page = _one_page(row, layout["spotify_page"])
    return CatalogTrack(
        isrc,
        _text(row, layout["title"]),
        _text(row, layout["artist"]),
        _text(row, layout["album"]),
        _one_id(row, layout["youtube"], youtube_video_id),
        _one_id(row, layout["spotify_track"], spotify_track_id, page.track_id),
        _one_id(row, layout["spotify_album"], spotify_album_id, page.album_id),
    )


def reject(row: RawRow, reason: str) -> RejectedRow:
    """The row with the reason why it is not used."""
    raw: dict[str, object] = {}
    for name, value in zip(row.names, row.values, strict=False):
        key = str(plain(name))
        raw[key if key not in raw else f"{key} ({len(raw) + 1})"] = plain(value)
    return RejectedRow(row.line, reason, raw)


def plain(value: object) -> object:
    """`value` fit for a jsonb column: no NUL, which PostgreSQL refuses, nothing JSON has no word for."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    return plain(str(value))


def clean_text(text: str) -> str | None:
    """`text` trimmed, line breaks as spaces, control characters gone; None where it says nothing.

    Damaged letters stay: what the catalog says is a fact. Longer than `LONGEST_TEXT` is cut.
    """
    if not text.isprintable():
        text = _CONTROLS.sub("", _BREAKS.sub(" ", text))
    text = text.strip()
    if text in _NOTHING:
        return None
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"


def _cell(row: RawRow, name: str, position: int) -> str | None:
    value = row.values[position]
    if isinstance(value, str):
        return clean_text(value)
    if value is None:
        return None
    if isinstance(value, bool | list | dict | tuple | bytes | memoryview):
        raise UnusableRow(f"{name} is {type(value).__name__}, not text")
    return clean_text(str(value))


def _text(row: RawRow, columns: list[tuple[str, int]]) -> str | None:
    for name, position in columns:
        text = _cell(row, name, position)
        if text is not None:
            return text
    return None


def _one_id(
    row: RawRow, columns: list[tuple[str, int]], read: Callable[[str], str], known: str | None = None
) -> str | None:
    """The id all these columns agree on; `known` is what the link column says of it."""
    found, source = known, "spotify_url"
    for name, position in columns:
        given = _read_cell(row, name, position, read)
        if given is None:
            continue
        if found is not None and found != given:
            raise UnusableRow(f"{source} says {found} but {name} says {given}: leave one of them empty")
        found, source = given, name
    return found


def _one_page(row: RawRow, columns: list[tuple[str, int]]) -> SpotifyPage:
    pages = [page for name, position in columns if (page := _read_cell(row, name, position, spotify_page))]
    if len(set(pages)) > 1:
        raise UnusableRow("two spotify_url columns disagree: leave one of them empty")
    return pages[0] if pages else _NO_PAGE


def _read_cell(row: RawRow, name: str, position: int, read: Callable[[str], Read]) -> Read | None:
    text = _cell(row, name, position)
    if text is None:
        return None
    try:
        return read(text)
    except InvalidIdentifier as error:
        raise UnusableRow(f"{name}: {error}") from None
