-- Channels through which a message has been tried in vain for so long that somebody has to hear of it another way.
--
-- Grain:       one row a channel.
-- Parameters:  channels, their names; minutes between first and last attempt.
-- Used by:     viewcount_pipeline/alerts/outbox.py
select channel, min(first_attempt_at) as since, count(*)::integer as messages, max(last_error) as last_error
from alert_deliveries
where delivered_at is null
    and channel = any(%(channels)s::text[])
    and last_attempt_at - first_attempt_at >= make_interval(mins => %(minutes)s::integer)
group by channel
order by channel
