-- Gives one channel what waits for channels that nobody serves any more: renamed, or gone from ALERT_URLS.
--
-- A served channel is tried every quarter of an hour at least; one left alone for three is not. What this channel takes is
-- no longer waiting there, whether or not it had it already.
--
-- Grain:       one row a channel and message.
-- Parameters:  channel, its name; least, the least severity it takes; channels, the names of all; now.
-- Re-running:  finds nothing the second time.
-- Used by:     viewcount_pipeline/alerts/outbox.py
with left_behind as (
    delete from alert_deliveries d
    using alert_messages m
    where m.message_id = d.message_id
        and d.delivered_at is null
        and d.channel <> all(%(channels)s::text[])
        and d.next_attempt_at < %(now)s::timestamptz - interval '45 minutes'
        and m.severity >= %(least)s::alert_severity
        and m.not_through is distinct from %(channel)s::text
    returning d.message_id
)

insert into alert_deliveries (channel, message_id, next_attempt_at)
select distinct %(channel)s::text, message_id, %(now)s::timestamptz from left_behind
on conflict do nothing
