-- Copies states from one slot to another: of all series, or of those that had no reading in the first turn of the day.
--
-- Grain:       one row per (service_id, slot, isrc).
-- Parameters:  service_id; slot, to read from; target_slot, to write to; everything, whether all series are copied.
-- Re-running:  gives the same rows.
-- Used by:     viewcount_pipeline/series_states.py
with kept as (
    select *
    from series_state s
    where s.service_id = %(service_id)s::smallint
        and s.slot = %(slot)s::smallint
        and (
            %(everything)s::boolean
            or not exists (select from judged_readings j where j.isrc = s.isrc and j.turn = 1)
        )
),

updated as (
    update series_state s
    set base_count = k.base_count,
        base_at = k.base_at,
        base_source_at = k.base_source_at,
        corrected_count = k.corrected_count,
        corrected_at = k.corrected_at,
        corrected_source_at = k.corrected_source_at,
        held_count = k.held_count,
        held_at = k.held_at,
        held_source_at = k.held_source_at,
        still_days = k.still_days,
        still_before = k.still_before,
        rates = k.rates,
        regime_rates = k.regime_rates,
        pace = k.pace,
        long_pace = k.long_pace,
        residuals = k.residuals,
        spread = k.spread,
        flag_side = k.flag_side,
        flag_rates = k.flag_rates
    from kept k
    where s.service_id = %(service_id)s::smallint
        and s.slot = %(target_slot)s::smallint
        and s.isrc = k.isrc
    returning s.isrc
)

insert into series_state (
    service_id, slot, isrc, base_count, base_at, base_source_at, corrected_count, corrected_at,
    corrected_source_at, held_count, held_at, held_source_at, still_days, still_before, rates, regime_rates, pace,
    long_pace, residuals, spread, flag_side, flag_rates
)
select
    service_id, %(target_slot)s::smallint, isrc, base_count, base_at, base_source_at, corrected_count, corrected_at,
    corrected_source_at, held_count, held_at, held_source_at, still_days, still_before, rates, regime_rates, pace,
    long_pace, residuals, spread, flag_side, flag_rates
from kept k
where not exists (select from updated u where u.isrc = k.isrc)
