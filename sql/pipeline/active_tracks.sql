-- Every track that is asked for, with the ids the services know it by.
--
-- Grain:       one row per isrc.
-- Used by:     viewcount_pipeline/emulation.py
select isrc, title, artist, album, youtube_video_id, spotify_track_id, spotify_album_id
from tracks
where active
order by isrc
