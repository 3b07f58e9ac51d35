-- Everything readers see of a list of tracks: facts, current counts with their changes, totals, 30 days of history.
--
-- Grain:       one row per (asked isrc, service with a count); one row without a service for a track that has none,
--              one without a track for an isrc that is not in the catalog.
-- Parameters:  isrcs, the tracks asked for.
-- History:     recorded days within the 30 calendar days (UTC) before that of last_updated, newest first, as arrays
--              of one length; a day without a snapshot is absent.
-- Totals:      over the services that have a value; their changes over those that have something to compare with.
-- Used by:     viewcount_core/published.py
select
    asked.isrc,
    t.isrc is not null as is_known,
    t.title,
    t.artist,
    t.album,
    t.youtube_video_id,
    t.spotify_track_id,
    t.active,
    v.service_id,
    v.view_count,
    v.last_updated,
    d.change as change_1,
    d.growth / nullif(d.base, 0) * 100 as percentage_1,
    r.change_7,
    r.percentage_7,
    r.change_30,
    r.percentage_30,
    sum(v.view_count) over of_track::bigint as total_count,
    max(v.last_updated) over of_track as total_updated,
    sum(d.change) over of_track::bigint as total_change_1,
    sum(d.growth) over of_track / nullif(sum(d.base) over of_track, 0)::double precision * 100 as total_percentage_1,
    s.change_7 as total_change_7,
    s.percentage_7 as total_percentage_7,
    s.change_30 as total_change_30,
    s.percentage_30 as total_percentage_30,
    h.dates,
    h.counts,
    h.deltas,
    h.delta_days,
    h.qualities,
    -- Of the same snapshot as the numbers: what is older than a later publication can be told by it.
    (select coalesce(max(p.generation), 0) from publications p) as generation
from unnest(%(isrcs)s::text[]) as asked (isrc)
left join tracks t on t.isrc = asked.isrc
left join view_counts v on v.isrc = t.isrc
left join day_changes d
    on d.isrc = v.isrc
    and d.service_id = v.service_id
    and d.recorded_date = (v.last_updated at time zone 'UTC')::date
left join track_trends r on r.isrc = v.isrc and r.service_id = v.service_id
left join track_totals s on s.isrc = v.isrc
left join lateral (
    select
        array_agg(s.recorded_date order by s.recorded_date desc) as dates,
        array_agg(s.view_count order by s.recorded_date desc) as counts,
        array_agg(s.delta_count order by s.recorded_date desc) as deltas,
        array_agg(s.delta_days order by s.recorded_date desc) as delta_days,
        array_agg(s.quality order by s.recorded_date desc) as qualities
    from historical_view_counts s
    where s.isrc = v.isrc
        and s.service_id = v.service_id
        and s.recorded_date < (v.last_updated at time zone 'UTC')::date
        and s.recorded_date >= (v.last_updated at time zone 'UTC')::date - 30
) h on true
window of_track as (partition by asked.isrc)
order by asked.isrc, v.service_id
