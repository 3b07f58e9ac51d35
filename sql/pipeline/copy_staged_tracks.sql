-- Streams a catalog in.
--
-- Used by:     viewcount_pipeline/track_store.py
copy staged_tracks (
    isrc, title, artist, album, youtube_video_id, spotify_track_id, spotify_album_id, search_text
)
from stdin
