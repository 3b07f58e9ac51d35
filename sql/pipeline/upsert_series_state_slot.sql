-- Notes the day whose end a slot shows.
--
-- Grain:       one row per (service_id, slot).
-- Parameters:  service_id; slot; day, the UTC date; state_digest, the fingerprint of its states.
-- Re-running:  gives the same row.
-- Used by:     viewcount_pipeline/series_states.py
insert into series_state_slots as kept (service_id, slot, day, state_digest)
values (%(service_id)s::smallint, %(slot)s::smallint, %(day)s::date, %(state_digest)s::numeric)
on conflict (service_id, slot) do update set day = excluded.day, state_digest = excluded.state_digest
where (kept.day, kept.state_digest) is distinct from (excluded.day, excluded.state_digest)
