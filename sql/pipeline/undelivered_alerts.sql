-- What has not arrived yet, through these channels or through some that are no longer configured.
--
-- Grain:       one row a channel and message, the oldest message first.
-- Parameters:  channels, the names of those that are configured.
-- Used by:     viewcount_pipeline/alerts/outbox.py
select
    m.message_id::text as id, m.title, m.severity::text, m.created_at, d.channel, d.attempts, d.last_attempt_at,
    d.next_attempt_at, d.last_error,
    d.channel = any(%(channels)s::text[]) as configured
from alert_deliveries d
join alert_messages m using (message_id)
where d.delivered_at is null
order by m.position, d.channel
