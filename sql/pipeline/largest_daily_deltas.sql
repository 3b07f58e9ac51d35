-- The tracks that grew most up to one day, and over how many days.
--
-- Grain:       one row per (isrc, service_id).
-- Parameters:  day, the UTC date; first, how many.
-- Used by:     viewcount_pipeline/assets/daily_deltas.py
select
    coalesce(t.title, h.isrc) as track, t.artist, s.display_name as service,
    h.delta_count as growth, h.delta_days as days
from historical_view_counts h
join services s using (service_id)
left join tracks t on t.isrc = h.isrc
where h.recorded_date = %(day)s::date
    and h.delta_count is not null
order by h.delta_count desc, h.isrc
limit %(first)s::integer
