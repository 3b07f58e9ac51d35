-- Everything readers see of a list of tracks: facts, current counts with their changes, totals, 30 days of history.
--
-- Grain:       one row per (asked isrc, service with a count); one row without a service for a track that has none,
--              one without a track for an isrc that is not in the catalog.
-- Parameters:  isrcs, the tracks asked for.
-- History:     recorded days within the 30 calendar days (UTC) before that of last_updated, newest first; a day without
--              a snapshot is absent. They come as the JSON that is kept and shown, twice: without and with what was
--              thought of them. To bring thousands of days here as values and encode them took twice as long.
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
    h.days,
    h.judged_days,
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
        string_agg('{' || day.shown || '}', ',' order by day.recorded_date desc) as days,
        string_agg(
            '{' || day.shown || ',"delta_days":' || coalesce(day.delta_days::text, 'null')
                || ',"quality":"' || day.quality || '"}',
            ',' order by day.recorded_date desc
        ) as judged_days
    from (
        select
            s.recorded_date,
            s.delta_days,
            s.quality,
            '"date":"' || s.recorded_date
                || '","count":' || s.view_count
                || ',"delta":' || coalesce(s.delta_count::text, 'null') as shown
        from historical_view_counts s
        where s.isrc = v.isrc
            and s.service_id = v.service_id
            and s.recorded_date < (v.last_updated at time zone 'UTC')::date
            and s.recorded_date >= (v.last_updated at time zone 'UTC')::date - 30
    ) day
) h on true
window of_track as (partition by asked.isrc)
order by asked.isrc, v.service_id
