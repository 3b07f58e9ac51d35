-- Takes the next message that is due on a channel, and counts the attempt before it is made.
--
-- The next attempt is 20 s later, then twice as long each time, up to 15 minutes: until then nobody else takes it, and a
-- process that is killed in between costs no more than that. A message waits for the earlier ones of its incidents.
--
-- Grain:       one row, or none.
-- Parameters:  channel; now.
-- Used by:     viewcount_pipeline/alerts/outbox.py
with due as (
    select d.channel, d.message_id
    from alert_deliveries d
    join alert_messages m using (message_id)
    where d.channel = %(channel)s::text
        and d.delivered_at is null
        and d.next_attempt_at <= %(now)s::timestamptz
        and not exists (
            select from alert_message_incidents mine
            join alert_message_incidents theirs using (incident_id)
            join alert_messages earlier on earlier.message_id = theirs.message_id
            join alert_deliveries waiting on waiting.message_id = theirs.message_id
            where mine.message_id = d.message_id
                and waiting.channel = d.channel
                and waiting.delivered_at is null
                and earlier.position < m.position
        )
    order by m.position
    limit 1
    for update of d skip locked
)

update alert_deliveries d
set attempts = d.attempts + 1,
    first_attempt_at = coalesce(d.first_attempt_at, %(now)s::timestamptz),
    last_attempt_at = %(now)s::timestamptz,
    next_attempt_at = %(now)s::timestamptz + least(20 * power(2, least(d.attempts, 10)), 900) * interval '1 second'
from due
join alert_messages m using (message_id)
where d.channel = due.channel and d.message_id = due.message_id
returning m.message_id::text, m.title, m.body, m.severity::text, m.kind, d.attempts
