-- The daily record: every snapshot with its growth.
--
-- Grain:       one row per (date, isrc, service), in that order.
-- Parameters:  first_day and last_day, dates or null; isrcs, an array or null; service_id, a number or null.
-- Used by:     viewcount_pipeline/exports/tables.py
select
    h.isrc,
    s.service_key as service,
    h.recorded_date as date,
    h.view_count,
    h.delta_count,
    h.delta_days,
    h.quality
from historical_view_counts h
join services s using (service_id)
where
    (%(first_day)s::date is null or h.recorded_date >= %(first_day)s::date)
    and (%(last_day)s::date is null or h.recorded_date <= %(last_day)s::date)
    and (%(isrcs)s::text[] is null or h.isrc = any(%(isrcs)s::text[]))
    and (%(service_id)s::smallint is null or h.service_id = %(service_id)s::smallint)
order by h.recorded_date, h.isrc, s.service_key collate "C"
