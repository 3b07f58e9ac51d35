-- Channels on which something is due.
--
-- Grain:       one row a channel.
-- Parameters:  channels, their names; now.
-- Used by:     viewcount_pipeline/alerts/outbox.py
select distinct channel
from alert_deliveries
where delivered_at is null
    and next_attempt_at <= %(now)s::timestamptz
    and channel = any(%(channels)s::text[])
