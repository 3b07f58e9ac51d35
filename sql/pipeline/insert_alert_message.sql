-- Puts a message into the outbox.
--
-- Grain:       one row; none when the digest of that day is there already.
-- Parameters:  those of the columns; now.
-- Re-running:  a digest is not repeated; other messages have a new id each.
-- Used by:     viewcount_pipeline/alerts/outbox.py
insert into alert_messages (
    message_id, kind, severity, title, body, run_id, digest_day, not_through, created_at
)
values (
    %(message_id)s::uuid, %(kind)s::text, %(severity)s::alert_severity, %(title)s::text, %(body)s::text,
    %(run_id)s::uuid, %(digest_day)s::date, %(not_through)s::text, %(now)s::timestamptz
)
on conflict (digest_day) do nothing
