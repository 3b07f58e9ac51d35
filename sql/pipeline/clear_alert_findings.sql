-- Notes that checks which had failed passed later for the same partition.
--
-- Grain:       one row a finding.
-- Parameters:  subjects and partition_keys, two arrays side by side; passed_at.
-- Re-running:  touches nothing.
-- Used by:     viewcount_pipeline/alerts/scribe.py
update alert_findings f
set cleared_at = %(passed_at)s::timestamptz
from unnest(%(subjects)s::text[], %(partition_keys)s::text[]) as p (subject, partition_key)
where f.subject = p.subject
    and f.partition_key = p.partition_key
    and f.kind = 'failed_check'
    and f.cleared_at is null
    and f.found_at < %(passed_at)s::timestamptz
