-- Notes a channel when it is first used.
--
-- Grain:       one row a channel.
-- Parameters:  channel, its name; now.
-- Re-running:  adds nothing.
-- Used by:     viewcount_pipeline/alerts/outbox.py
insert into alert_channels (channel, since)
values (%(channel)s::text, %(now)s::timestamptz)
on conflict do nothing
