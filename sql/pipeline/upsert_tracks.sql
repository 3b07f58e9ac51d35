-- Adds the staged tracks and updates those that differ; a track that was away is active again.
--
-- Grain:       one row per isrc.
-- Parameters:  imported, whether they are added beside the catalog; a track once in a catalog stays its.
-- Re-running:  touches only rows whose values differ.
-- Used by:     viewcount_pipeline/track_store.py
with changed as (
    insert into tracks as kept (
        isrc, title, artist, album, youtube_video_id, spotify_track_id, spotify_album_id, search_text, imported
    )
    select
        isrc, title, artist, album, youtube_video_id, spotify_track_id, spotify_album_id, search_text,
        %(imported)s::boolean
    from staged_tracks
    on conflict (isrc) do update set
        title = excluded.title,
        artist = excluded.artist,
        album = excluded.album,
        youtube_video_id = excluded.youtube_video_id,
        spotify_track_id = excluded.spotify_track_id,
        spotify_album_id = excluded.spotify_album_id,
        search_text = excluded.search_text,
        active = true,
        imported = kept.imported and excluded.imported,
        updated_at = now()
    where (kept.title, kept.artist, kept.album, kept.youtube_video_id, kept.spotify_track_id,
           kept.spotify_album_id, kept.search_text, kept.active, kept.imported)
        is distinct from
          (excluded.title, excluded.artist, excluded.album, excluded.youtube_video_id, excluded.spotify_track_id,
           excluded.spotify_album_id, excluded.search_text, true,
           kept.imported and excluded.imported)
    returning isrc, (xmax = 0) as is_new
),

marked as (
    insert into unpublished_tracks (isrc)
    select isrc from changed
    on conflict do nothing
)

select
    count(*) filter (where is_new) as added,
    count(*) filter (where not is_new) as changed
from changed
