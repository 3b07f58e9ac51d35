-- Brings an open incident up to what was seen last; it never becomes less grave and never goes back in time.
--
-- Grain:       one row.
-- Parameters:  incident_id; severity, what, tracks, partition_key and run_id as seen now; seen_at, the time of the evidence.
-- Re-running:  touches nothing that is as it was.
-- Used by:     viewcount_pipeline/alerts/scribe.py
update alert_incidents
set severity = greatest(severity, %(severity)s::alert_severity),
    what = %(what)s::text,
    tracks = %(tracks)s::integer,
    partition_key = greatest(partition_key, %(partition_key)s::text),
    run_id = coalesce(%(run_id)s::uuid, run_id),
    last_seen_at = greatest(last_seen_at, %(seen_at)s::timestamptz)
where incident_id = %(incident_id)s::bigint
    and last_seen_at <= %(seen_at)s::timestamptz
    and (what, severity, last_seen_at) is distinct from (
        %(what)s::text, greatest(severity, %(severity)s::alert_severity), %(seen_at)s::timestamptz
    )
