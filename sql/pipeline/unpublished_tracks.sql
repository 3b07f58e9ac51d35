-- Tracks whose numbers changed since their cache keys were last dropped.
--
-- Grain:       one row a track.
-- Used by:     viewcount_pipeline/assets/api_cache_refresh.py
select isrc
from unpublished_tracks
order by isrc
