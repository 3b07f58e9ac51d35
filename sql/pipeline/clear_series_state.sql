-- Empties a slot, so that states of another day cannot stay behind in it.
--
-- Parameters:  service_id; slot.
-- Re-running:  finds nothing the second time.
-- Used by:     viewcount_pipeline/series_states.py
with emptied as (
    delete from series_state_slots where service_id = %(service_id)s::smallint and slot = %(slot)s::smallint
)

delete from series_state where service_id = %(service_id)s::smallint and slot = %(slot)s::smallint
