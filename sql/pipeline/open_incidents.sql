-- Trouble that is not over.
--
-- Grain:       one row an incident, the gravest and then the oldest first.
-- Used by:     viewcount_pipeline/alerts/incidents.py
select incident_id, kind, subject, severity::text, what, tracks, partition_key, run_id::text, since, last_seen_at
from alert_incidents
where closed_at is null
order by alert_incidents.severity desc, since, incident_id
