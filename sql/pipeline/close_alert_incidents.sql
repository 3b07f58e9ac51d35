-- Ends incidents.
--
-- Grain:       one row an incident.
-- Parameters:  incident_ids; now.
-- Re-running:  ends nothing twice.
-- Used by:     viewcount_pipeline/alerts/scribe.py
update alert_incidents
set closed_at = %(now)s::timestamptz
where incident_id = any(%(incident_ids)s::bigint[]) and closed_at is null
