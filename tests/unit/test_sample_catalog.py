"""The bundled sample is well formed and agrees with what is known elsewhere."""

from collections import Counter
from pathlib import Path

import pytest

from viewcount_local.sample import SAMPLE_CATALOG
from viewcount_pipeline.catalog.merging import IDS
from viewcount_pipeline.catalog.reading import Catalog, read_catalog

KNOWN_TRACKS = Path(__file__).parents[3] / "shared" / "data" / "tracks.csv"


@pytest.fixture(scope="module")
def sample() -> Catalog:
    return read_catalog(str(SAMPLE_CATALOG))


def test_every_row_of_the_sample_is_a_track_of_its_own(sample):
    rows = SAMPLE_CATALOG.read_text(encoding="utf-8").splitlines()[1:]
    assert sample.rejected == []
    assert len(sample.tracks) == len(rows) >= 90


def test_every_track_of_the_sample_can_be_counted_somewhere_and_most_on_both_services(sample):
    services = [bool(track.youtube_video_id) + bool(track.spotify_track_id) for track in sample.tracks]
    assert min(services) >= 1
    assert services.count(2) > 0.9 * len(services)


@pytest.mark.parametrize("field", ["youtube_video_id", "spotify_track_id"])
def test_no_two_tracks_of_the_sample_share_a_page(sample, field):
    ids = Counter(getattr(track, field) for track in sample.tracks if getattr(track, field))
    assert [found for found, times in ids.items() if times > 1] == []


def test_a_dozen_tracks_of_the_sample_can_be_asked_for_by_album(sample):
    albums = Counter(track.spotify_album_id for track in sample.tracks if track.spotify_album_id)
    assert sum(times for times in albums.values() if times > 1) >= 12


def test_an_album_of_the_sample_has_one_name(sample):
    names = {(track.spotify_album_id, track.album) for track in sample.tracks if track.spotify_album_id}
    assert len(names) == len({album_id for album_id, _ in names})


@pytest.mark.skipif(not KNOWN_TRACKS.exists(), reason="the table of known tracks is not part of the repository")
def test_the_sample_agrees_with_the_table_of_known_tracks(sample):
    known = {track.isrc: track for track in read_catalog(str(KNOWN_TRACKS)).tracks}
    both = [(track, known[track.isrc]) for track in sample.tracks if track.isrc in known]
    differing = [
        (track.isrc, field, getattr(track, field), getattr(other, field))
        for track, other in both
        for field in IDS
        if getattr(track, field) and getattr(other, field) and getattr(track, field) != getattr(other, field)
    ]
    assert len(both) > 80
    assert differing == []
