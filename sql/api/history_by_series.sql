-- Recorded days of some series, each within bounds of its own, newest first.
--
-- Grain:       one row per asked series that has any; arrays of one length.
-- Parameters:  isrcs, service_ids, firsts and lasts (UTC dates, both included), four arrays of one length.
-- Used by:     viewcount_api/reading/histories.py
select
    asked.isrc,
    asked.service_id,
    h.dates,
    h.counts,
    h.deltas,
    h.delta_days,
    h.qualities
from unnest(%(isrcs)s::text[], %(service_ids)s::integer[], %(firsts)s::date[], %(lasts)s::date[])
    as asked (isrc, service_id, first_day, last_day)
cross join lateral (
    select
        array_agg(s.recorded_date order by s.recorded_date desc) as dates,
        array_agg(s.view_count order by s.recorded_date desc) as counts,
        array_agg(s.delta_count order by s.recorded_date desc) as deltas,
        array_agg(s.delta_days order by s.recorded_date desc) as delta_days,
        array_agg(s.quality order by s.recorded_date desc) as qualities
    from historical_view_counts s
    where s.isrc = asked.isrc
        and s.service_id = asked.service_id
        and s.recorded_date between asked.first_day and asked.last_day
) h
where h.dates is not null
