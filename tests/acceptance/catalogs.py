"""Catalogs the acceptance tests count: well-formed identifiers, some albums shared, some services missing."""

from collections.abc import Iterable, Mapping
from pathlib import Path

COLUMNS = ("isrc", "title", "youtube_video_id", "spotify_track_id", "spotify_album_id")
Row = Mapping[str, str]


def tracks(first: int, count: int, *, spotify: bool = True, youtube: bool = True) -> list[Row]:
    """Tracks numbered from `first`; of four in a row, two share an album, one stands alone and one lacks an album."""
    return [
        {
            "isrc": f"QZVCT26{number:05d}",
            "title": f"Song {number}",
            "youtube_video_id": f"yt_{number:08d}" if youtube else "",
            "spotify_track_id": f"{number:022d}" if spotify else "",
            "spotify_album_id": _album(number) if spotify else "",
        }
        for number in range(first, first + count)
    ]


def _album(number: int) -> str:
    group, place = divmod(number, 4)
    return ("1" + f"{group:021d}", "1" + f"{group:021d}", "2" + f"{group:021d}", "")[place]


def write_catalog(path: Path, rows: Iterable[Row]) -> Path:
    """The rows as a CSV file."""
    lines = [",".join(COLUMNS), *(",".join(row[column] for column in COLUMNS) for row in rows)]
    path.write_text("\n".join(lines) + "\n")
    return path
