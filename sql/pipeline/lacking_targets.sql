-- What a service's day still lacks: active tracks without a reading since an instant, least recently read first.
--
-- Grain:       one row a track, with the id the service knows it by.
-- Parameters:  service_id; since and until, instants (until is exclusive).
-- Used by:     viewcount_pipeline/observing.py
select
    t.isrc,
    case %(service_id)s::smallint when 1 then t.youtube_video_id else t.spotify_track_id end as source_id,
    t.title,
    case %(service_id)s::smallint when 2 then t.spotify_album_id end as album_id
from tracks t
left join view_counts c on c.isrc = t.isrc and c.service_id = %(service_id)s::smallint
where t.active
    and case %(service_id)s::smallint when 1 then t.youtube_video_id else t.spotify_track_id end is not null
    and not exists (
        select from view_count_observations o
        where o.isrc = t.isrc
            and o.service_id = %(service_id)s::smallint
            and o.observed_at >= %(since)s::timestamptz
            and o.observed_at < %(until)s::timestamptz
            and o.status = 'ok'
            -- What closed the service's day is no reading: a later try may show that it was the service's fault.
            and not exists (
                select from count_verdicts v
                where v.isrc = o.isrc
                    and v.service_id = o.service_id
                    and v.observed_at = o.observed_at
                    and v.observed_at >= %(since)s::timestamptz
                    and v.observed_at < %(until)s::timestamptz
                    and v.kind in ('zero_burst', 'scale_burst', 'same_value')
            )
    )
order by c.last_updated nulls first, t.isrc
