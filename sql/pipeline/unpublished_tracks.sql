-- Tracks whose numbers changed since their cache keys were last dropped.
--
-- Grain:       one row a track.
-- Used by:     viewcount_pipeline/publishing.py
select isrc
from unpublished_tracks
order by isrc
