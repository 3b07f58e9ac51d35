-- Makes the month partitions that rows of these days will need.
--
-- Grain:       one row a service; partitions_made counts the new ones.
-- Parameters:  parent, the partitioned table; first_day and last_day, dates.
-- Re-running:  makes nothing twice.
-- Used by:     viewcount_pipeline/observation_log.py
select
    service_id,
    ensure_month_partitions(%(parent)s::text, service_id, %(first_day)s::date, %(last_day)s::date) as partitions_made
from services
