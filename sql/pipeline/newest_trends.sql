-- When the newest count of each service was read that changes are told of.
--
-- Grain:       one row a service that has any.
-- Used by:     viewcount_pipeline/rankings.py
select service_id, max(as_of) as as_of
from track_trends
group by service_id
