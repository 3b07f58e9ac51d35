"""Takes ISRCs and service ids out of whatever people write into a catalog: codes, bare ids, links of every form."""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}")
YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{11}")
SPOTIFY_ID = re.compile(r"[A-Za-z0-9]{22}")

_ISRC_FILLING = re.compile(r"[\s\u2010-\u2015-]+")
# A semicolon ends the & of a link that was copied out of HTML.
_VIDEO_PARAMETER = re.compile(r"(?:^|[&;])v=([^&]*)")
_HIGHLIGHT_PARAMETER = re.compile(r"(?:^|[&;])highlight=([^&]*)")
_LOCALE = re.compile(r"intl-[A-Za-z-]+")
_YOUTUBE_HOSTS = frozenset(
    f"{prefix}youtube{suffix}.com" for prefix in ("", "www.", "m.", "music.") for suffix in ("", "-nocookie")
)
_SHORT_YOUTUBE_HOSTS = frozenset({"youtu.be", "www.youtu.be"})
_SPOTIFY_HOSTS = frozenset({"open.spotify.com", "play.spotify.com"})
_VIDEO_FOLDERS = frozenset({"shorts", "embed", "v", "live"})
# Words YouTube puts where an id belongs; each happens to be 11 letters long.
_NOT_VIDEOS = frozenset({"videoseries", "live_stream"})
_SHOWN_LETTERS = 60


class InvalidIdentifier(ValueError):
    """A text that names no recording, video, track or album; the message says what would."""


@dataclass(frozen=True, slots=True)
class SpotifyPage:
    """What a Spotify link names: a track, an album, or a track on its album."""

    track_id: str | None = None
    album_id: str | None = None


def normalize_isrc(text: str) -> str:
    """The 12 characters of an ISRC; hyphens, spaces and case are forgiven. Raise `InvalidIdentifier`."""
    code = _ISRC_FILLING.sub("", text).upper()
    if not ISRC.fullmatch(code):
        raise InvalidIdentifier(
            f"{shown(text)} is not an ISRC: two letters, three letters or digits, seven digits, like USUM71604711"
        )
    return code


def youtube_video_id(text: str) -> str:
    """The 11 characters of a video id, given bare or in any link to the video. Raise `InvalidIdentifier`."""
    candidate = text if YOUTUBE_ID.fullmatch(text) else _video_in_link(_link(text))
    if candidate is None or candidate in _NOT_VIDEOS or not YOUTUBE_ID.fullmatch(candidate):
        raise InvalidIdentifier(
            f"{shown(text)} names no YouTube video: give the 11 characters of its id, "
            "or a link like https://www.youtube.com/watch?v=dQw4w9WgXcQ"
        )
    return candidate


def spotify_page(text: str) -> SpotifyPage:
    """What a Spotify link, URI or bare id (taken as a track's) names. Raise `InvalidIdentifier`."""
    if SPOTIFY_ID.fullmatch(text):
        return SpotifyPage(track_id=text)
    page = _page_in_uri(text) if text.startswith("spotify:") else _page_in_link(_link(text))
    if page is None:
        raise InvalidIdentifier(
            f"{shown(text)} names no Spotify track or album: give the 22 letters and digits of its id, "
            "or a link like https://open.spotify.com/track/4PTG3Z6ehGkBFwjybzWkR8"
        )
    return page


def spotify_track_id(text: str) -> str:
    """The 22 characters of a track id, bare, as URI or in any link. Raise `InvalidIdentifier`."""
    track_id = spotify_page(text).track_id
    if track_id is None:
        raise InvalidIdentifier(f"{shown(text)} is a Spotify album, not a track; it belongs into spotify_album_id")
    return track_id


def spotify_album_id(text: str) -> str:
    """The 22 characters of an album id, bare, as URI or in any link. Raise `InvalidIdentifier`."""
    if SPOTIFY_ID.fullmatch(text):
        return text
    album_id = spotify_page(text).album_id
    if album_id is None:
        raise InvalidIdentifier(f"{shown(text)} is a Spotify track, not an album; it belongs into spotify_track_id")
    return album_id


def shown(text: str) -> str:
    """`text` in quotes for a message: invisible characters escaped, a long text shortened."""
    return repr(text if len(text) <= _SHOWN_LETTERS else f"{text[:_SHOWN_LETTERS]}…")


def _link(text: str) -> SplitResult | None:
    """Parts of an http(s) link, the scheme being optional; None where the text cannot be one."""
    absolute = text if "://" in text else f"https://{text.removeprefix('//')}"
    try:
        link = urlsplit(absolute)
    except ValueError:
        return None
    return link if link.scheme.lower() in ("http", "https") else None


def _video_in_link(link: SplitResult | None) -> str | None:
    if link is None:
        return None
    folders = [part for part in link.path.split("/") if part]
    if link.hostname in _SHORT_YOUTUBE_HOSTS:
        return folders[0] if folders else None
    if link.hostname not in _YOUTUBE_HOSTS or not folders:
        return None
    if folders[0] == "watch":
        video = _VIDEO_PARAMETER.search(link.query)
        return video.group(1) if video else None
    return folders[1] if folders[0] in _VIDEO_FOLDERS and len(folders) > 1 else None


def _page_in_link(link: SplitResult | None) -> SpotifyPage | None:
    if link is None or link.hostname not in _SPOTIFY_HOSTS:
        return None
    folders = [part for part in link.path.split("/") if part and part != "embed" and not _LOCALE.fullmatch(part)]
    if len(folders) != 2:
        return None
    page = _page(*folders)
    # An album link copied from a track carries that track as ?highlight=spotify:track:ID.
    highlighted = _HIGHLIGHT_PARAMETER.search(link.query)
    if page is None or page.album_id is None or not highlighted:
        return page
    track = _page_in_uri(unquote(highlighted.group(1)))
    return SpotifyPage(track.track_id if track else None, page.album_id)


def _page_in_uri(text: str) -> SpotifyPage | None:
    parts = text.split(":")
    return _page(*parts[1:]) if len(parts) == 3 and parts[0] == "spotify" else None


def _page(kind: str, page_id: str) -> SpotifyPage | None:
    if not SPOTIFY_ID.fullmatch(page_id):
        return None
    if kind == "track":
        return SpotifyPage(track_id=page_id)
    return SpotifyPage(album_id=page_id) if kind == "album" else None
