-- Decides which messages a channel has to carry: those written since it is known, and those whose incident is open.
--
-- One that comes back after it was not configured for a while is not told of more than the last week.
--
-- Grain:       one row a channel and message.
-- Parameters:  channel; least, the least severity it takes; now.
-- Re-running:  adds nothing.
-- Used by:     viewcount_pipeline/alerts/outbox.py
insert into alert_deliveries (channel, message_id, next_attempt_at)
select c.channel, m.message_id, %(now)s::timestamptz
from alert_channels c
join alert_messages m on m.severity >= %(least)s::alert_severity and m.not_through is distinct from c.channel
where c.channel = %(channel)s::text
    and (
        m.created_at >= greatest(c.since, %(now)s::timestamptz - interval '7 days')
        or exists (
            select from alert_message_incidents l
            join alert_incidents i using (incident_id)
            where l.message_id = m.message_id and i.closed_at is null
        )
    )
    and not exists (
        select from alert_deliveries d where d.channel = c.channel and d.message_id = m.message_id
    )
order by m.position
on conflict do nothing
