-- What came of asking on one day.
--
-- Grain:       one row per (service_id, status).
-- Parameters:  day, the UTC date.
-- Used by:     viewcount_pipeline/assets/view_count_observations.py
select s.display_name as service, o.status, count(*) as observations
from view_count_observations o
join services s using (service_id)
where o.observed_at >= %(day)s::date::timestamptz
    and o.observed_at < (%(day)s::date + 1)::timestamptz
group by o.service_id, s.display_name, o.status
order by o.service_id, observations desc
