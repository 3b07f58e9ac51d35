-- The largest current counts.
--
-- Grain:       one row per (isrc, service_id).
-- Parameters:  first, how many.
-- Used by:     viewcount_pipeline/assets/current_view_counts.py
select coalesce(t.title, c.isrc) as track, t.artist, s.display_name as service, c.view_count as views
from view_counts c
join services s using (service_id)
left join tracks t on t.isrc = c.isrc
order by c.view_count desc, c.isrc
limit %(first)s::integer
