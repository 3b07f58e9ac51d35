-- How old the newest count of each service is.
--
-- Grain:       one row a service that has counts.
-- Used by:     viewcount_pipeline/alerts/conditions.py
select service_id, max(last_updated) as newest, count(*)::integer as tracks
from view_counts
group by service_id
order by service_id
