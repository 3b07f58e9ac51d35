-- What has not arrived yet through these channels.
--
-- Grain:       one row a channel and message, the oldest message first.
-- Parameters:  channels, their names.
-- Used by:     viewcount_pipeline/alerts/outbox.py
select
    m.message_id::text as id, m.title, m.severity::text, m.created_at, d.channel, d.attempts, d.last_attempt_at,
    d.next_attempt_at, d.last_error
from alert_deliveries d
join alert_messages m using (message_id)
where d.delivered_at is null and d.channel = any(%(channels)s::text[])
order by m.position, d.channel
