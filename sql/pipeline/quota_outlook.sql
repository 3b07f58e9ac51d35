-- Units a service has spent of a quota day, and how many tracks its UTC day still lacks.
--
-- Grain:       one row.
-- Parameters:  service_id; quota_day, the Pacific date; day, the UTC date; settled_at, from when a reading counts.
-- Used by:     viewcount_pipeline/alerts/conditions.py
select
    coalesce((
        select sum(units) from quota_usage
        where service_id = %(service_id)s::smallint and quota_day = %(quota_day)s::date
    ), 0)::integer as spent,
    coalesce((
        select greatest(active - ok, 0) from service_days
        where service_id = %(service_id)s::smallint
            and day = %(day)s::date
            and last_observed_at >= %(settled_at)s::timestamptz
    ), (
        select count(*) from tracks
        where active and case %(service_id)s::smallint when 1 then youtube_video_id else spotify_track_id end is not null
    ))::integer as lacking
