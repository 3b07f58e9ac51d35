-- What one day came to for a service.
--
-- Grain:       one row.
-- Parameters:  service_id; day, the UTC date.
-- Used by:     viewcount_pipeline/alerts/digest.py
select
    (
        select count(*)::integer from tracks
        where active
            and created_at < (%(day)s::date + 1)
            and case %(service_id)s::smallint when 1 then youtube_video_id else spotify_track_id end is not null
    ) as tracks,
    coalesce(d.active, 0) as active,
    coalesce(d.ok, 0) as ok,
    coalesce(d.failed, '{}') as failed,
    coalesce(d.deferred, 0) as deferred,
    coalesce(d.held, 0) as held,
    coalesce(d.gate, 'open') as gate,
    d.reason,
    (
        select count(*)::integer from historical_view_counts h
        where h.service_id = %(service_id)s::smallint and h.recorded_date = %(day)s::date
    ) as recorded
from (select) as one
left join service_days d on d.service_id = %(service_id)s::smallint and d.day = %(day)s::date
