-- Gives what waits for channels that are no longer configured to those that are: to each that takes its severity.
--
-- The message keeps its id; a channel that has it already is not given it again. While no channel takes it, it stays.
--
-- Grain:       one row: messages handed over.
-- Parameters:  channels and leasts, two arrays side by side: the channels there are, the least severity each takes; now.
-- Re-running:  touches nothing.
-- Used by:     viewcount_pipeline/alerts/outbox.py
with takers as (
    select t.channel, t.least
    from unnest(%(channels)s::text[], %(leasts)s::alert_severity[]) as t (channel, least)
),

orphans as (
    select d.channel, d.message_id, m.severity, m.not_through, m.position
    from alert_deliveries d
    join alert_messages m using (message_id)
    where d.delivered_at is null and d.channel not in (select channel from takers)
),

taken as (
    select t.channel, o.channel as former, o.message_id, o.position
    from orphans o
    join takers t on o.severity >= t.least and o.not_through is distinct from t.channel
),

given as (
    insert into alert_deliveries (channel, message_id, next_attempt_at)
    select channel, message_id, %(now)s::timestamptz
    from taken
    group by channel, message_id
    order by min(position)
    on conflict do nothing
),

released as (
    delete from alert_deliveries d
    using (select distinct former, message_id from taken) t
    where d.channel = t.former and d.message_id = t.message_id
    returning d.message_id
)

select count(distinct message_id)::integer as messages from released
