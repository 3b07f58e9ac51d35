-- How many tracks can be asked for.
--
-- Grain:       one row.
-- Used by:     viewcount_pipeline/alerts/collecting.py, viewcount_pipeline/assets/track_catalog.py,
--              viewcount_pipeline/track_store.py
select
    count(*) as tracks,
    count(youtube_video_id) as youtube,
    count(spotify_track_id) as spotify
from tracks
where active
