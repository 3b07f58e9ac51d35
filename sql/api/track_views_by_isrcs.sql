-- What readers see of a list of tracks: facts, current counts with their changes, totals, 30 days of history.
--
-- Grain:       one row per (asked isrc, service with a count); one row without a service for a track that has none,
--              one without a track for an isrc that is not in the catalog.
-- Parameters:  isrcs, the tracks asked for; with_changes, with_days and with_judged_days, which of the costly columns
--              are wanted: the others are null, and what they are made of is not read.
-- History:     recorded days within the 30 calendar days (UTC) before that of last_updated, newest first; a day without
--              a snapshot is absent. They come as the JSON that is kept and shown, without or with what was thought of
--              them. To bring thousands of days here as values and encode them took twice as long.
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
left join lateral (
    select c.change, c.growth, c.base
    from day_changes c
    where %(with_changes)s::boolean
        and c.isrc = v.isrc
        and c.service_id = v.service_id
        and c.recorded_date = (v.last_updated at time zone 'UTC')::date
) d on true
left join lateral (
    select g.change_7, g.percentage_7, g.change_30, g.percentage_30
    from track_trends g
    where %(with_changes)s::boolean and g.isrc = v.isrc and g.service_id = v.service_id
) r on true
left join lateral (
    select o.change_7, o.percentage_7, o.change_30, o.percentage_30
    from track_totals o
    where %(with_changes)s::boolean and o.isrc = v.isrc
) s on true
left join lateral (
    select
        -- In the order of the rows below.
        string_agg('{' || day.shown || '}', ',') filter (where %(with_days)s) as days,
        string_agg(
            '{' || day.shown || ',"delta_days":' || coalesce(day.delta_days::text, 'null')
                || ',"quality":"' || day.quality || '"}',
            ','
        ) filter (where %(with_judged_days)s) as judged_days
    from (
        select
            s.recorded_date,
            s.delta_days,
            s.quality,
            '"date":"' || s.recorded_date
                || '","count":' || s.view_count
                || ',"delta":' || coalesce(s.delta_count::text, 'null') as shown
        from historical_view_counts s
        where (%(with_days)s::boolean or %(with_judged_days)s::boolean)
            and s.isrc = v.isrc
            and s.service_id = v.service_id
            and s.recorded_date < (v.last_updated at time zone 'UTC')::date
            and s.recorded_date >= (v.last_updated at time zone 'UTC')::date - 30
        order by s.recorded_date desc
    ) day
) h on true
window of_track as (partition by asked.isrc)
order by asked.isrc, v.service_id
