-- What came through these channels so far.
--
-- Grain:       one row a channel that was ever known.
-- Parameters:  channels, their names.
-- Used by:     viewcount_pipeline/alerts/outbox.py
select
    c.channel,
    count(d.delivered_at)::integer as delivered,
    max(d.delivered_at) as last_delivered_at
from alert_channels c
left join alert_deliveries d on d.channel = c.channel
where c.channel = any(%(channels)s::text[])
group by c.channel
