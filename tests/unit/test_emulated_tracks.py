"""The catalog files an emulator serves."""

from pathlib import Path

import pytest

from viewcount_core.errors import InputError
from viewcount_local.emulators.catalog import EmulatedTrack, read_tracks
from viewcount_local.sample import SAMPLE_CATALOG

REAL_CATALOG = Path(__file__).parents[3] / "shared" / "data" / "tracks.csv"

TRACK = EmulatedTrack("USUM71604711", "Días", "A, B", None, "dQw4w9WgXcQ", None, None, 1_096_100_899, 84)
CSV = (
    "isrc,title,artist,shazam,youtube_video_id,youtube_views,spotify_streams\n"
    '"USUM71604711",Días,"A, B",9,dQw4w9WgXcQ,1096100899,84.0\n,no isrc,,,,,\n'
)
JSON_LINES = (
    '{"isrc": "USUM71604711", "title": "Días", "artist": "A, B", "album": null, "youtube_video_id": "dQw4w9WgXcQ",'
    ' "youtube_views": 1096100899, "spotify_streams": "84", "more": [1]}\n\n{"title": "no isrc"}\n'
)


@pytest.mark.parametrize("text", [pytest.param(CSV, id="csv"), pytest.param(JSON_LINES, id="json-lines")])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_columns_are_found_by_name(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "tracks"
    path.write_text(text, encoding=encoding)
    assert read_tracks(path) == [TRACK]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "no row has an isrc", id="empty"),
        pytest.param(b"title\nx\n", "no row has an isrc", id="no-isrc"),
        pytest.param(b"isrc\n\xff\xfe\n", "utf-8", id="not-utf-8"),
        pytest.param(b'{"isrc": \n', "isrc", id="broken-json"),
    ],
)
def test_a_file_that_cannot_be_served_is_refused_by_name(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "tracks.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=f"tracks.csv: .*{reason}"):
        read_tracks(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere.csv"):
        read_tracks(tmp_path / "nowhere.csv")


def test_the_bundled_sample_can_be_served() -> None:
    tracks = read_tracks(SAMPLE_CATALOG)
    assert len({track.isrc for track in tracks}) == len(tracks) > 100


@pytest.mark.skipif(not REAL_CATALOG.exists(), reason="the real catalog is not part of the repository")
def test_a_real_catalog_is_served_with_its_counts() -> None:
    tracks = read_tracks(REAL_CATALOG)
    assert len(tracks) == 5891
    assert sum(bool(track.youtube_video_id) for track in tracks) == 481
    assert sum(bool(track.spotify_track_id) for track in tracks) == 758
    flowers = next(track for track in tracks if track.isrc == "USSM12209777")
    assert (flowers.youtube_views, flowers.spotify_streams) == (1_096_100_899, 2_031_280_633)
