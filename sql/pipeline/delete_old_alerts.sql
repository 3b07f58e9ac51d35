-- Forgets messages, incidents, findings and seen runs that are long over. What is open or still to be delivered stays.
--
-- Grain:       one row: rows deleted.
-- Parameters:  now.
-- Re-running:  deletes nothing.
-- Used by:     viewcount_pipeline/alerts/digest.py
with messages as (
    delete from alert_messages m
    where m.created_at < %(now)s::timestamptz - interval '400 days'
        and not exists (select from alert_deliveries d where d.message_id = m.message_id and d.delivered_at is null)
    returning 1
),

incidents as (
    delete from alert_incidents where closed_at < %(now)s::timestamptz - interval '400 days'
    returning 1
),

findings as (
    delete from alert_findings where found_at < %(now)s::timestamptz - interval '400 days'
    returning 1
),

seen as (
    -- Counted from the newest: what tells where to go on from must stay, however long nobody looked.
    delete from alert_seen_runs where ended_at < (select max(ended_at) from alert_seen_runs) - interval '7 days'
    returning 1
)

select
    (select count(*) from messages) + (select count(*) from incidents)
    + (select count(*) from findings) + (select count(*) from seen) as deleted
