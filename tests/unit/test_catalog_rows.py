"""One raw row becomes one track, or a rejection that says what is wrong."""

import orjson
import pytest

from viewcount_pipeline.catalog.merging import TracksByIsrc
from viewcount_pipeline.catalog.rows import (
    LONGEST_TEXT,
    CatalogTrack,
    RawRow,
    UnusableRow,
    clean_text,
    read_row,
    reject,
)

ISRC = "USUM71604711"
VIDEO, OTHER_VIDEO = "lY2yjAdbvdQ", "dQw4w9WgXcQ"
TRACK, OTHER_TRACK = "3QGsuHI8jO1Rx4JWLUh9jd", "0VjIjW4GlUZAMYd2vXMi3b"
ALBUM = "1ne2D0NxoGyZd31gAM4HNd"


def row(**cells: object) -> RawRow:
    return RawRow(2, tuple(cells), list(cells.values()))


def test_a_full_row_becomes_a_track():
    full = row(
        isrc=ISRC,
        title="Treat You Better",
        artist="Shawn Mendes",
        album="Illuminate",
        youtube_video_id=VIDEO,
        spotify_track_id=TRACK,
        spotify_album_id=ALBUM,
    )
    assert read_row(full) == CatalogTrack(ISRC, "Treat You Better", "Shawn Mendes", "Illuminate", VIDEO, TRACK, ALBUM)


def test_a_row_may_use_the_names_of_tunemeld():
    found = read_row(
        row(
            isrc=ISRC,
            track_name="Treat You Better",
            artist_name="Shawn Mendes",
            album_name="Illuminate",
            spotify_url=f"https://open.spotify.com/track/{TRACK}?si=1",
            youtube_url=f"https://youtu.be/{VIDEO}",
        )
    )
    assert found == CatalogTrack(ISRC, "Treat You Better", "Shawn Mendes", "Illuminate", VIDEO, TRACK)


def test_names_of_columns_may_differ_in_case_and_spaces():
    assert read_row(RawRow(2, ("\ufeffISRC", " Track Name "), [ISRC, "Hello"])) == CatalogTrack(ISRC, "Hello")


def test_columns_nobody_knows_are_left_alone():
    assert read_row(row(isrc=ISRC, label="Island", youtube_views="12")) == CatalogTrack(ISRC)


def test_a_row_without_any_id_is_accepted():
    assert read_row(row(isrc=ISRC, title="Hello")) == CatalogTrack(ISRC, "Hello")


def test_an_album_link_in_the_link_column_gives_the_album():
    assert read_row(row(isrc=ISRC, spotify_url=f"spotify:album:{ALBUM}")).spotify_album_id == ALBUM


def test_a_link_is_taken_in_an_id_column_and_an_id_in_a_link_column():
    found = read_row(row(isrc=ISRC, youtube_video_id=f"youtu.be/{VIDEO}", spotify_url=TRACK))
    assert (found.youtube_video_id, found.spotify_track_id) == (VIDEO, TRACK)


@pytest.mark.parametrize("nothing", ["", "  ", "null", "NULL", "None", " null ", "\x00", None])
def test_a_cell_that_says_nothing_is_nothing(nothing):
    found = read_row(row(isrc=ISRC, title=nothing, youtube_video_id=nothing, spotify_url=nothing))
    assert found == CatalogTrack(ISRC)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param("  Hello  ", "Hello", id="trimmed"),
        pytest.param("Beyonc\ufffd Mï¿½ï¿½ne", "Beyonc\ufffd Mï¿½ï¿½ne", id="damage-is-a-fact"),
        pytest.param("a\x00b\x07c\x9f", "abc", id="control-characters-go"),
        pytest.param("two\r\nlines", "two lines", id="line-breaks-are-spaces"),
        pytest.param("\u00a0Hello\u3000", "Hello", id="wide-spaces-trimmed"),
        pytest.param("🎵 Ça 日本 \u200d", "🎵 Ça 日本 \u200d", id="every-script"),
        pytest.param("x" * LONGEST_TEXT, "x" * LONGEST_TEXT, id="the-longest"),
        pytest.param("x" * 5000, "x" * (LONGEST_TEXT - 1) + "…", id="longer-is-cut"),
    ],
)
def test_text_is_cleaned_and_never_guessed_at(written, read):
    assert clean_text(written) == read


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        pytest.param({"isrc": ""}, "isrc is missing", id="no-isrc"),
        pytest.param({"title": "Hello"}, "isrc is missing", id="no-isrc-column"),
        pytest.param({"isrc": "USUM7160471"}, "isrc: 'USUM7160471' is not an ISRC", id="bad-isrc"),
        pytest.param(
            {"isrc": ISRC, "youtube_url": "https://vimeo.com/1"},
            "youtube_url: .* names no YouTube video",
            id="bad-link",
        ),
        pytest.param({"isrc": ISRC, "spotify_track_id": "short"}, "spotify_track_id: 'short' names no", id="bad-track"),
        pytest.param({"isrc": ISRC, "spotify_album_id": "short"}, "spotify_album_id: 'short' names no", id="bad-album"),
        pytest.param(
            {"isrc": ISRC, "youtube_video_id": VIDEO, "youtube_url": f"https://youtu.be/{OTHER_VIDEO}"},
            f"youtube_video_id says {VIDEO} but youtube_url says {OTHER_VIDEO}: leave one of them empty",
            id="two-videos",
        ),
        pytest.param(
            {"isrc": ISRC, "spotify_track_id": TRACK, "spotify_url": f"spotify:track:{OTHER_TRACK}"},
            f"spotify_url says {OTHER_TRACK} but spotify_track_id says {TRACK}",
            id="two-tracks",
        ),
        pytest.param({"isrc": [ISRC]}, "isrc is list, not text", id="a-list"),
        pytest.param({"isrc": ISRC, "title": {"en": "Hello"}}, "title is dict, not text", id="an-object"),
        pytest.param({"isrc": ISRC, "title": True}, "title is bool, not text", id="a-truth"),
    ],
)
def test_a_row_that_cannot_be_used_says_why(cells, reason):
    with pytest.raises(UnusableRow, match=reason):
        read_row(row(**cells))


def test_an_id_and_a_link_that_agree_are_one():
    found = read_row(row(isrc=ISRC, youtube_video_id=VIDEO, youtube_url=f"https://youtu.be/{VIDEO}"))
    assert found.youtube_video_id == VIDEO


def test_a_number_is_a_title_too():
    assert read_row(row(isrc=ISRC, title=1989)).title == "1989"


def test_a_column_that_is_there_twice_may_not_say_two_things():
    with pytest.raises(UnusableRow, match="isrc says .* but isrc says"):
        read_row(RawRow(2, ("isrc", "isrc"), [ISRC, "GBAHS1600463"]))


def test_a_rejected_row_is_kept_as_it_was_read_and_fit_for_jsonb():
    rejected = reject(RawRow(7, ("isrc", "isrc", "x"), ["a\x00b", 2**70, {"k\x00": [None, object]}]), "because")
    assert (rejected.line, rejected.reason) == (7, "because")
    assert rejected.raw["isrc"] == "ab"
    assert rejected.raw["isrc (2)"] == 2**70
    assert b"\\u0000" not in orjson.dumps({**rejected.raw, "isrc (2)": None})


def merged(*rows: CatalogTrack) -> list[CatalogTrack]:
    collection = TracksByIsrc()
    for line, track in enumerate(rows, 2):
        collection.add(line, track)
    return collection.tracks()


def test_identical_rows_are_one_track():
    track = CatalogTrack(ISRC, "Hello", youtube_video_id=VIDEO)
    assert merged(track, track, CatalogTrack(ISRC, "Hello", youtube_video_id=VIDEO)) == [track]


def test_rows_that_complete_each_other_are_one_track():
    whole = merged(
        CatalogTrack(ISRC, "Hello", youtube_video_id=VIDEO),
        CatalogTrack(ISRC, "Hello (Live)", "Adele", spotify_track_id=TRACK),
    )
    assert whole == [CatalogTrack(ISRC, "Hello", "Adele", None, VIDEO, TRACK)]


def test_a_later_row_with_another_id_is_refused_and_names_the_line_that_gave_it():
    collection = TracksByIsrc()
    collection.add(2, CatalogTrack(ISRC, youtube_video_id=VIDEO))
    collection.add(5, CatalogTrack(ISRC, spotify_track_id=TRACK))
    with pytest.raises(UnusableRow, match=f"line 2 already gives {ISRC} the youtube_video_id {VIDEO}"):
        collection.add(8, CatalogTrack(ISRC, youtube_video_id=OTHER_VIDEO))
    with pytest.raises(UnusableRow, match=f"line 5 already gives {ISRC} the spotify_track_id {TRACK}"):
        collection.add(9, CatalogTrack(ISRC, youtube_video_id=VIDEO, spotify_track_id=OTHER_TRACK))
    assert collection.tracks() == [CatalogTrack(ISRC, youtube_video_id=VIDEO, spotify_track_id=TRACK)]


def test_a_refused_row_adds_nothing():
    collection = TracksByIsrc()
    collection.add(2, CatalogTrack(ISRC, youtube_video_id=VIDEO))
    with pytest.raises(UnusableRow):
        collection.add(3, CatalogTrack(ISRC, "Hello", youtube_video_id=OTHER_VIDEO, spotify_track_id=TRACK))
    assert collection.tracks() == [CatalogTrack(ISRC, youtube_video_id=VIDEO)]


def test_one_id_may_belong_to_several_recordings():
    assert (
        len(merged(CatalogTrack(ISRC, spotify_track_id=TRACK), CatalogTrack("GBAHS1600463", spotify_track_id=TRACK)))
        == 2
    )
