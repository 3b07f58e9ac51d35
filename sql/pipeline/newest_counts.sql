-- How old the newest published count of a service is, and when it was first asked.
--
-- Grain:       one row; newest is null where nothing was ever published.
-- Parameters:  service_id.
-- Used by:     viewcount_pipeline/alerts/conditions.py
select
    max(last_updated) as newest,
    count(*)::integer as tracks,
    (select min(first_observed_at) from service_days where service_id = %(service_id)s::smallint) as first_asked
from view_counts
where service_id = %(service_id)s::smallint
