-- How many active tracks a service could have been asked for at an instant.
--
-- Grain:       one row.
-- Parameters:  service_id; at, the instant.
-- Used by:     viewcount_pipeline/alerts/conditions.py
select count(*)::integer as tracks
from tracks
where active
    and created_at < %(at)s::timestamptz
    and case %(service_id)s::smallint when 1 then youtube_video_id else spotify_track_id end is not null
