-- Notes what came of an attempt.
--
-- Grain:       one row.
-- Parameters:  channel; message_id; delivered_at, null where it did not arrive; error, why.
-- Re-running:  what was delivered stays delivered.
-- Used by:     viewcount_pipeline/alerts/outbox.py
update alert_deliveries
set delivered_at = %(delivered_at)s::timestamptz, last_error = %(error)s::text
where channel = %(channel)s::text and message_id = %(message_id)s::uuid and delivered_at is null
