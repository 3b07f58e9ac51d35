-- Adds findings: one row for each kind, subject (job, or asset and check), partition and run.
--
-- Grain:       one row a finding.
-- Parameters:  findings, a JSON array of objects with the columns; found_at, the time of the evidence.
-- Re-running:  adds nothing.
-- Used by:     viewcount_pipeline/alerts/scribe.py
insert into alert_findings (
    kind, subject, partition_key, run_id, severity, what, found_at, incident_id, message_id
)
select
    f.kind, f.subject, f.partition_key, f.run_id, f.severity, f.what, %(found_at)s::timestamptz,
    f.incident_id, f.message_id
from jsonb_to_recordset(%(findings)s::jsonb) as f (
    kind text, subject text, partition_key text, run_id uuid, severity alert_severity, what text,
    incident_id bigint, message_id uuid
)
on conflict on constraint alert_findings_key do nothing
