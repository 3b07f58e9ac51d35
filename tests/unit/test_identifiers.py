"""Ids come out of every form people write them in, and out of nothing else."""

import pytest

from viewcount_pipeline.catalog.identifiers import (
    InvalidIdentifier,
    SpotifyPage,
    normalize_isrc,
    spotify_album_id,
    spotify_page,
    spotify_track_id,
    youtube_video_id,
)

VIDEO = "-a_B3d5F7h9"
TRACK = "0VjIjW4GlUZAMYd2vXMi3b"
ALBUM = "4yP0hdKOZPNshxUOjY0cZj"


@pytest.mark.parametrize(
    "written",
    [
        "USUM71604711",
        "usum71604711",
        "US-UM7-16-04711",
        "US UM7 16 04711",
        "US\u2011UM7\u201316\u201404711",
        "us-um71604711",
    ],
)
def test_hyphens_spaces_and_case_of_an_isrc_are_forgiven(written):
    assert normalize_isrc(written) == "USUM71604711"


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("USUM7160471", id="a-digit-short"),
        pytest.param("USUM716047110", id="a-digit-long"),
        pytest.param("1SUM71604711", id="country-with-a-digit"),
        pytest.param("USUM7160471A", id="letter-in-the-number"),
        pytest.param("USUM7160471\u0661", id="digit-of-another-script"),
        pytest.param("US.UM7.16.04711", id="dots"),
        pytest.param("USUM71604711 USUM71604712", id="two-of-them"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_no_isrc_is_refused_with_the_right_form(written):
    with pytest.raises(InvalidIdentifier, match="two letters, three letters or digits, seven digits"):
        normalize_isrc(written)


@pytest.mark.parametrize(
    "written",
    [
        VIDEO,
        f"https://www.youtube.com/watch?v={VIDEO}",
        f"http://youtube.com/watch?v={VIDEO}",
        f"https://m.youtube.com/watch?v={VIDEO}&t=42s",
        f"https://music.youtube.com/watch?v={VIDEO}&list=RDAMVM{VIDEO}",
        f"https://www.youtube.com/watch?app=desktop&list=PL1&v={VIDEO}&index=3",
        f"https://www.youtube.com/watch/?v={VIDEO}#t=10",
        f"https://www.youtube.com/watch?list=PL1&amp;v={VIDEO}",
        f"https://YouTube.com/watch?v={VIDEO}",
        f"HTTPS://WWW.YOUTUBE.COM/watch?v={VIDEO}",
        f"www.youtube.com/watch?v={VIDEO}",
        f"youtube.com/watch?v={VIDEO}",
        f"//www.youtube.com/watch?v={VIDEO}",
        f"https://youtu.be/{VIDEO}",
        f"https://youtu.be/{VIDEO}?si=abcdefgh&t=9",
        f"youtu.be/{VIDEO}",
        f"https://www.youtube.com/shorts/{VIDEO}?feature=share",
        f"https://www.youtube.com/embed/{VIDEO}?autoplay=1",
        f"https://www.youtube-nocookie.com/embed/{VIDEO}",
        f"https://www.youtube.com/v/{VIDEO}",
        f"https://www.youtube.com/live/{VIDEO}/",
    ],
)
def test_a_video_id_is_taken_out_of_every_form_of_link(written):
    assert youtube_video_id(written) == VIDEO


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(VIDEO[:-1], id="a-letter-short"),
        pytest.param(f"{VIDEO}x", id="a-letter-long"),
        pytest.param("dQw4w9WgXc!", id="a-strange-letter"),
        pytest.param("https://www.youtube.com/watch?v=dQw4w9WgXcQQ", id="a-letter-long-in-a-link"),
        pytest.param("https://www.youtube.com/watch?list=PL1", id="watch-without-a-video"),
        pytest.param(f"https://www.youtube.com/watch?xv={VIDEO}", id="another-parameter"),
        pytest.param("https://www.youtube.com/playlist?list=PL123456789", id="playlist"),
        pytest.param("https://www.youtube.com/embed/videoseries?list=PL1", id="embedded-playlist"),
        pytest.param("https://www.youtube.com/embed/live_stream?channel=UC1", id="embedded-channel"),
        pytest.param("https://www.youtube.com/@somebody", id="channel"),
        pytest.param("https://www.youtube.com/", id="front-page"),
        pytest.param("https://youtu.be/", id="short-link-of-nothing"),
        pytest.param(f"https://example.com/watch?v={VIDEO}", id="another-site"),
        pytest.param(f"https://youtube.com.example.com/watch?v={VIDEO}", id="a-site-that-looks-like-it"),
        pytest.param(f"ftp://www.youtube.com/watch?v={VIDEO}", id="another-scheme"),
        pytest.param("https://[youtube.com/watch", id="a-broken-link"),
        pytest.param(f"https://open.spotify.com/track/{TRACK}", id="the-other-service"),
    ],
)
def test_what_names_no_video_is_refused_with_a_form_that_does(written):
    with pytest.raises(InvalidIdentifier, match=r"11 characters of its id.*youtube\.com/watch\?v="):
        youtube_video_id(written)


@pytest.mark.parametrize(
    "written",
    [
        "{id}",
        "https://open.spotify.com/{kind}/{id}",
        "https://open.spotify.com/{kind}/{id}?si=0123456789abcdef",
        "https://open.spotify.com/intl-de/{kind}/{id}?si=1",
        "https://open.spotify.com/intl-pt-BR/{kind}/{id}",
        "https://open.spotify.com/embed/{kind}/{id}?utm_source=generator",
        "http://open.spotify.com/{kind}/{id}/",
        "https://play.spotify.com/{kind}/{id}",
        "open.spotify.com/{kind}/{id}",
        "spotify:{kind}:{id}",
    ],
)
def test_track_and_album_ids_are_taken_out_of_every_form_of_link(written):
    assert spotify_track_id(written.format(kind="track", id=TRACK)) == TRACK
    assert spotify_album_id(written.format(kind="album", id=ALBUM)) == ALBUM


@pytest.mark.parametrize("track", [f"spotify:track:{TRACK}", f"spotify%3Atrack%3A{TRACK}"])
def test_an_album_link_copied_from_a_track_gives_both(track):
    link = f"https://open.spotify.com/album/{ALBUM}?si=1&highlight={track}"
    assert spotify_page(link) == SpotifyPage(TRACK, ALBUM)
    assert spotify_track_id(link) == TRACK
    assert spotify_album_id(link) == ALBUM


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(TRACK[:-1], id="a-letter-short"),
        pytest.param(f"{TRACK}x", id="a-letter-long"),
        pytest.param(f"{TRACK[:-1]}-", id="a-strange-letter"),
        pytest.param(f"https://open.spotify.com/artist/{TRACK}", id="artist"),
        pytest.param(f"https://open.spotify.com/playlist/{TRACK}", id="playlist"),
        pytest.param(f"https://open.spotify.com/track/{TRACK[:-1]}", id="a-letter-short-in-a-link"),
        pytest.param("https://open.spotify.com/track", id="no-id"),
        pytest.param(f"https://open.spotify.com/x/y/track/{TRACK}", id="unknown-folders"),
        pytest.param(f"https://example.com/track/{TRACK}", id="another-site"),
        pytest.param("https://spotify.link/abcdefgh", id="a-short-link"),
        pytest.param(f"spotify:user:x:track:{TRACK}", id="a-long-uri"),
        pytest.param(f"spotify:artist:{TRACK}", id="artist-uri"),
    ],
)
def test_what_names_no_track_or_album_is_refused_with_a_form_that_does(written):
    for read in (spotify_page, spotify_track_id, spotify_album_id):
        with pytest.raises(InvalidIdentifier, match=r"22 letters and digits.*open\.spotify\.com/track/"):
            read(written)


def test_an_album_in_the_place_of_a_track_is_sent_to_its_own_column():
    with pytest.raises(InvalidIdentifier, match="belongs into spotify_album_id"):
        spotify_track_id(f"spotify:album:{ALBUM}")


def test_a_track_in_the_place_of_an_album_is_sent_to_its_own_column():
    with pytest.raises(InvalidIdentifier, match="belongs into spotify_track_id"):
        spotify_album_id(f"spotify:track:{TRACK}")


def test_a_refusal_shows_invisible_characters_and_shortens_long_texts():
    with pytest.raises(InvalidIdentifier) as refusal:
        youtube_video_id("dQw4w9WgXcQ\u200b" + "x" * 5000)
    assert r"\u200b" in str(refusal.value)
    assert len(str(refusal.value)) < 300
