-- What was found in a run before.
--
-- Grain:       one row a kind and subject.
-- Parameters:  run_id.
-- Used by:     viewcount_pipeline/alerts/incidents.py
select distinct kind, subject
from alert_findings
where run_id = %(run_id)s::uuid
