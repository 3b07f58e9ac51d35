"""The catalog the project was made for, where it is there to be read: it loads whole."""

from pathlib import Path

import pytest

from tests.acceptance.installation import Installation

CATALOG = Path(__file__).parents[3] / "shared" / "data" / "tracks.csv"

pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.slow,
    pytest.mark.skipif(not CATALOG.exists(), reason=f"there is no {CATALOG}"),
]


def test_every_track_is_loaded_and_every_known_page_is_to_be_asked_for(installation: Installation):
    imported = installation.run("import", "tracks", CATALOG)
    assert imported.code == 0, imported
    active = installation.rows("select count(*), count(youtube_video_id), count(spotify_track_id) from tracks")
    assert active == [(5891, 481, 758)]
    assert installation.await_none() == []
