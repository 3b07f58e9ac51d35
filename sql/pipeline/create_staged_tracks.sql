-- A place for a catalog on its way in; gone when the transaction ends.
--
-- Used by:     viewcount_pipeline/track_store.py
create temporary table staged_tracks (
    isrc text primary key,
    title text,
    artist text,
    album text,
    youtube_video_id text,
    spotify_track_id text,
    spotify_album_id text,
    search_text text
) on commit drop
