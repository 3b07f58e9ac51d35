-- Writes the states that one turn leads to.
--
-- Grain:       one row per (service_id, slot, isrc).
-- Parameters:  service_id; slot, to write to; turn.
-- Re-running:  gives the same rows.
-- Used by:     viewcount_pipeline/service_day_judge.py
with updated as (
    update series_state s
    set base_count = j.base_count,
        base_at = j.base_at,
        base_source_at = j.base_source_at,
        corrected_count = j.corrected_count,
        corrected_at = j.corrected_at,
        corrected_source_at = j.corrected_source_at,
        held_count = j.held_count,
        held_at = j.held_at,
        held_source_at = j.held_source_at,
        still_days = j.still_days,
        still_before = j.still_before,
        rates = j.rates,
        regime_rates = j.regime_rates,
        pace = j.pace,
        long_pace = j.long_pace,
        residuals = j.residuals,
        spread = j.spread,
        flag_side = j.flag_side,
        flag_rates = j.flag_rates
    from judged_readings j
    where s.service_id = %(service_id)s::smallint
        and s.slot = %(slot)s::smallint
        and s.isrc = j.isrc
        and j.turn = %(turn)s::integer
    returning s.isrc
)

insert into series_state (
    service_id, slot, isrc, base_count, base_at, base_source_at, corrected_count, corrected_at,
    corrected_source_at, held_count, held_at, held_source_at, still_days, still_before, rates, regime_rates, pace,
    long_pace, residuals, spread, flag_side, flag_rates
)
select
    %(service_id)s::smallint, %(slot)s::smallint, isrc, base_count, base_at, base_source_at, corrected_count, corrected_at,
    corrected_source_at, held_count, held_at, held_source_at, still_days, still_before, rates, regime_rates, pace,
    long_pace, residuals, spread, flag_side, flag_rates
from judged_readings j
where turn = %(turn)s::integer
    and not exists (select from updated u where u.isrc = j.isrc)
