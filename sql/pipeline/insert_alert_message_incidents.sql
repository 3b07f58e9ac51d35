-- Notes which incidents a message tells of.
--
-- Grain:       one row a message and incident.
-- Parameters:  message_id; incident_ids.
-- Re-running:  adds nothing.
-- Used by:     viewcount_pipeline/alerts/outbox.py
insert into alert_message_incidents (message_id, incident_id)
select %(message_id)s::uuid, i.incident_id
from unnest(%(incident_ids)s::bigint[]) as i (incident_id)
on conflict do nothing
