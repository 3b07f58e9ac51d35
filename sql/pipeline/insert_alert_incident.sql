-- Opens an incident.
--
-- Grain:       one row; none when one of this kind and subject is open.
-- Parameters:  those of the columns; seen_at, the time of the evidence; now.
-- Re-running:  opens nothing.
-- Used by:     viewcount_pipeline/alerts/scribe.py
insert into alert_incidents (
    kind, subject, severity, what, tracks, partition_key, run_id, since, last_seen_at, opened_at
)
values (
    %(kind)s::text, %(subject)s::text, %(severity)s::alert_severity, %(what)s::text, %(tracks)s::integer,
    %(partition_key)s::text, %(run_id)s::uuid, %(since)s::timestamptz, %(seen_at)s::timestamptz,
    %(now)s::timestamptz
)
on conflict (kind, subject) where closed_at is null do nothing
returning incident_id
