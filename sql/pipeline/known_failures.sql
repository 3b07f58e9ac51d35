-- For which partitions of these checks a failure was found that no later pass has cleared.
--
-- Grain:       one row a check and partition.
-- Parameters:  subjects, asset and check of each.
-- Used by:     viewcount_pipeline/alerts/incidents.py
select distinct subject, partition_key
from alert_findings
where kind = 'failed_check' and subject = any(%(subjects)s::text[]) and cleared_at is null
