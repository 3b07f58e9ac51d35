-- How much has arrived through each channel so far, and when the last of it did.
--
-- Grain:       one row a channel through which anything arrived.
-- Parameters:  channels, their names.
-- Used by:     viewcount_pipeline/alerts/outbox.py
select channel, count(*)::integer as arrived, max(delivered_at) as last_arrived_at
from alert_deliveries
where delivered_at is not null and channel = any(%(channels)s::text[])
group by channel
order by channel
