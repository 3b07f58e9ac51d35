-- Fingerprint of all states of a slot, whatever their order.
--
-- Grain:       one row; 0 for no states.
-- Parameters:  service_id; slot.
-- Used by:     viewcount_pipeline/series_states.py
select coalesce(sum(hash_record_extended(
    row(
        isrc, base_count, base_at, base_source_at, corrected_count, corrected_at, corrected_source_at, held_count, held_at,
        held_source_at, still_days, still_before, rates, regime_rates, pace, long_pace, residuals, spread, flag_side,
        flag_rates
    ),
    0
)::numeric), 0) as state_digest
from series_state
where service_id = %(service_id)s::smallint and slot = %(slot)s::smallint
