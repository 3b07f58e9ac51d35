"""Brings the rows of one ISRC together: duplicates vanish, missing ids are added, contradictions are refused."""

from dataclasses import replace

from viewcount_pipeline.catalog.rows import CatalogTrack, UnusableRow

TEXTS = ("title", "artist", "album")
IDS = ("youtube_video_id", "spotify_track_id", "spotify_album_id")


class TracksByIsrc:
    """Distinct tracks in the order of their first rows."""

    def __init__(self) -> None:
        self._tracks: dict[str, CatalogTrack] = {}
        self._lines: dict[str, int] = {}
        self._added_lines: dict[tuple[str, str], int] = {}

    def add(self, line: int, track: CatalogTrack) -> None:
        """Take in one row. The first row's words win; raise `UnusableRow` when another id was given before."""
        earlier = self._tracks.setdefault(track.isrc, track)
        if earlier is track:
            self._lines[track.isrc] = line
        else:
            self._merge(line, earlier, track)

    def tracks(self) -> list[CatalogTrack]:
        """All tracks taken in."""
        return list(self._tracks.values())

    def _merge(self, line: int, earlier: CatalogTrack, later: CatalogTrack) -> None:
        added: dict[str, str] = {}
        for field in IDS + TEXTS:
            old, new = getattr(earlier, field), getattr(later, field)
            if old is None and new is not None:
                added[field] = new
            elif field in IDS and new is not None and new != old:
                raise UnusableRow(
                    f"line {self._line_of(later.isrc, field)} already gives {later.isrc} the {field} {old}, not {new}"
                )
        if added:
            self._tracks[later.isrc] = replace(earlier, **added)
            self._added_lines.update({(later.isrc, field): line for field in added})

    def _line_of(self, isrc: str, field: str) -> int:
        return self._added_lines.get((isrc, field), self._lines[isrc])
