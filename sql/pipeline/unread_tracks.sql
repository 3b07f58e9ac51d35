-- Active tracks that one service's day has no count of that can be true, with what the last attempt met.
--
-- Grain:       one row a track, those that were asked for first.
-- Parameters:  service_id; day, the UTC date; first, how many.
-- Used by:     viewcount_pipeline/checks/by_asset.py
select coalesce(t.title, t.isrc) as track, t.artist, t.isrc, coalesce(o.status, 'not asked') as status, o.reason
from tracks t
left join lateral (
    select
        case when a.status = 'ok' and not r.is_read then 'rejected' else a.status end as status,
        case when a.status = 'ok' and not r.is_read then 'a count of ' || a.view_count else a.reason end as reason,
        r.is_read
    from view_count_observations a
    cross join lateral (
        select a.status = 'ok' and a.view_count between 0 and 9007199254740992 as is_read
    ) r
    where a.isrc = t.isrc
        and a.service_id = %(service_id)s::smallint
        and a.observed_at >= %(day)s::date::timestamptz
        and a.observed_at < (%(day)s::date + 1)::timestamptz
    order by r.is_read desc, a.observed_at desc
    limit 1
) o on true
where t.active
    and case %(service_id)s::smallint when 1 then t.youtube_video_id else t.spotify_track_id end is not null
    and o.status is distinct from 'ok'
order by o.status is null, o.status = 'deferred', t.isrc
limit %(first)s::integer
