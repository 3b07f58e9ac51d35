"""Catalogs from where people keep them: files, addresses and the tables of another PostgreSQL."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import text

from viewcount_core.clock import utc_now
from viewcount_core.database import Database
from viewcount_core.errors import InputError
from viewcount_core.settings import load_settings
from viewcount_pipeline.catalog.reading import read_catalog
from viewcount_pipeline.catalog_choice import choose_catalog
from viewcount_pipeline.track_store import CatalogOrigin, replace_catalog

KNOWN_TRACKS = Path(__file__).parents[3] / "shared" / "data" / "tracks.csv"
TUNEMELD = """
create table tracks (isrc text, track_name text, artist_name text, album_name text, spotify_url text, youtube_url text);
insert into tracks values
  ('USUM71607007', 'Despacito', 'Luis Fonsi', 'VIDA',
   'https://open.spotify.com/track/6habFhsOp2NvshLv26DqMb?si=x', 'https://www.youtube.com/watch?v=kJQP7kiw5Fk'),
  ('gb-ahs-16-00463', 'Shape of You', 'Ed Sheeran', null, null, 'https://youtu.be/JGwWNGJdvx8'),
  ('nonsense', 'Nothing', null, null, null, null);
"""


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder without a line on stderr."""

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def url_of(database: Database) -> str:
    return database.url.set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.fixture
def tunemeld(empty_database: Database) -> str:
    with empty_database.engine.begin() as connection:
        for statement in TUNEMELD.split(";"):
            if statement.strip():
                connection.execute(text(statement))
    return url_of(empty_database)


def test_the_default_query_fits_the_tables_of_tunemeld(tunemeld):
    catalog = read_catalog(tunemeld)
    found = {track.isrc: (track.youtube_video_id, track.spotify_track_id) for track in catalog.tracks}
    assert found == {
        "GBAHS1600463": ("JGwWNGJdvx8", None),
        "USUM71607007": ("kJQP7kiw5Fk", "6habFhsOp2NvshLv26DqMb"),
    }
    assert [row.raw["isrc"] for row in catalog.rejected] == ["nonsense"]


def test_another_query_may_be_given(tunemeld):
    query = "select isrc, youtube_url from tracks where artist_name = 'Luis Fonsi';"
    assert [track.isrc for track in read_catalog(tunemeld, query).tracks] == ["USUM71607007"]


def test_a_query_that_would_write_is_refused(tunemeld):
    with pytest.raises(InputError, match="data-modifying statements"):
        read_catalog(tunemeld, "with gone as (delete from tracks returning isrc) select isrc from gone")
    assert len(read_catalog(tunemeld).tracks) == 2


@pytest.mark.parametrize(
    ("query", "reason"),
    [("select track_name from tracks", "no column isrc"), ("select isrc from nowhere", "nowhere")],
)
def test_a_query_that_will_not_do_says_why_and_hides_the_password(tunemeld, query, reason):
    with pytest.raises(InputError, match=reason) as caught:
        read_catalog(tunemeld, query)
    password = tunemeld.partition("://")[2].partition("@")[0].partition(":")[2]
    assert password not in str(caught.value)


def test_a_catalog_is_read_from_an_address(tmp_path):
    (tmp_path / "tracks.jsonl").write_text('{"isrc": "USUM71607007", "youtube_url": "https://youtu.be/kJQP7kiw5Fk"}\n')
    with served(tmp_path) as address:
        catalog = read_catalog(f"{address}/tracks.jsonl?token=secret")
    assert [track.youtube_video_id for track in catalog.tracks] == ["kJQP7kiw5Fk"]
    assert "secret" not in catalog.source


def test_an_address_without_a_catalog_says_what_the_server_answered(tmp_path):
    with served(tmp_path) as address, pytest.raises(InputError, match=r"/gone\.csv: the server answered 404"):
        read_catalog(f"{address}/gone.csv")


def test_an_address_nobody_answers_is_named():
    with pytest.raises(InputError, match=r"http://127\.0\.0\.1:1/tracks\.csv: cannot be reached"):
        read_catalog("http://user:secret@127.0.0.1:1/tracks.csv")


def test_an_address_that_may_hold_a_secret_is_not_adopted_and_not_stored(database, monkeypatch):
    for address in ("https://user:hunter2@host/tracks.csv", "https://host/tracks.csv?token=hunter2"):
        with pytest.raises(InputError, match="TRACK_CATALOG_URL") as caught:
            choose_catalog(load_settings(), database, address)
        assert "hunter2" not in str(caught.value)
        monkeypatch.setenv("TRACK_CATALOG_URL", address)
        assert choose_catalog(load_settings(), database, None).shown == "https://host/tracks.csv"
        monkeypatch.delenv("TRACK_CATALOG_URL")


@pytest.mark.skipif(not KNOWN_TRACKS.exists(), reason="the table of known tracks is not part of the repository")
def test_the_table_of_known_tracks_loads_whole(database):
    catalog = read_catalog(str(KNOWN_TRACKS))
    change = replace_catalog(database, catalog, CatalogOrigin(str(KNOWN_TRACKS)), utc_now().date())
    assert (change.added, change.rejected) == (5891, 0)
    with database.transaction() as tx:
        assert tx.row("pipeline/active_tracks_by_service") == {"tracks": 5891, "youtube": 481, "spotify": 758}
