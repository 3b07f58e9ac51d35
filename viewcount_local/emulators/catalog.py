"""What an emulator knows about: the tracks of a catalog file, with their real counts where the file has them.

Not the pipeline's catalog reading: no aliases, no links, no report of bad rows.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from viewcount_core.errors import InputError

_COUNT = re.compile(r"[0-9]+(?:\.0+)?")


@dataclass(frozen=True, slots=True)
class EmulatedTrack:
    """A track and its pages; the counts are real ones as of `growth.ANCHOR`, None where unknown."""

    isrc: str
    title: str | None = None
    artist: str | None = None
    album: str | None = None
    youtube_video_id: str | None = None
    spotify_track_id: str | None = None
    spotify_album_id: str | None = None
    youtube_views: int | None = None
    spotify_streams: int | None = None


def read_tracks(path: Path) -> list[EmulatedTrack]:
    """Every row of a CSV (comma) or JSONL file that names an ISRC; unknown columns are ignored.

    Raise `InputError` for a file that cannot be read, is not UTF-8 or holds no such row.
    """
    try:
        rows = list(_rows(path))
    except (OSError, UnicodeDecodeError, csv.Error, orjson.JSONDecodeError) as error:
        raise InputError(f"{path}: {error}; the emulators need a CSV or JSONL file with a column isrc") from error
    tracks = [track for row in rows if (track := _track(row))]
    if not tracks:
        raise InputError(f"{path}: no row has an isrc; the emulators have nothing to serve")
    return tracks


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        start = file.read(1)
        file.seek(0)
        if start != "{":
            yield from csv.DictReader(file)
            return
        for line in file:
            if line.strip() and isinstance(row := orjson.loads(line), dict):
                yield row


def _track(row: Mapping[str, Any]) -> EmulatedTrack | None:
    isrc = _text(row, "isrc")
    if isrc is None:
        return None
    return EmulatedTrack(
        isrc=isrc,
        title=_text(row, "title"),
        artist=_text(row, "artist"),
        album=_text(row, "album"),
        youtube_video_id=_text(row, "youtube_video_id"),
        spotify_track_id=_text(row, "spotify_track_id"),
        spotify_album_id=_text(row, "spotify_album_id"),
        youtube_views=_count(row, "youtube_views"),
        spotify_streams=_count(row, "spotify_streams"),
    )


def _text(row: Mapping[str, Any], name: str) -> str | None:
    return str(row.get(name) or "").strip() or None


def _count(row: Mapping[str, Any], name: str) -> int | None:
    text = _text(row, name)
    return int(text.partition(".")[0]) if text and _COUNT.fullmatch(text) else None
