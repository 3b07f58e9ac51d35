-- Verdicts for one turn of a service's day: at most one reading a series, judged from the state before it.
--
-- Each step below adds columns to the one before; `offset 0` keeps the planner from working a step out several times.
-- What the words and rules mean is told in docs/data-quality.md.
--
-- Grain:       one row per isrc with a reading in this turn.
-- Parameters:  service_id; day, the UTC date; slot, of the state before; turn; is_stale, whether the service stood still;
--              fresh_day, the last day it did not, or null; shift, the residual all series share; scale, the pooled scale
--              of residuals; the constants of viewcount_pipeline/quality/rules.py.
-- Used by:     viewcount_pipeline/service_day_judge.py
insert into judged_readings (
    isrc, observed_at, turn, verdict, kind, tier, accepted_count, expected_low, expected_high, was_held, pooled_residual,
    resolved_at, resolved_verdict, resolved_count,
    base_count, base_at, base_source_at, corrected_count, corrected_at, corrected_source_at,
    held_count, held_at, held_source_at, still_days, still_before,
    rates, regime_rates, pace, long_pace, residuals, spread, flag_side, flag_rates
)
with decisions as (
    select distinct on (isrc, observed_at) isrc, observed_at, is_confirmed
    from verdict_decisions
    where service_id = %(service_id)s::smallint
    order by isrc, observed_at, decision_id desc
),

-- A held reading is decided by the first reading of a later day. A repeat of it on a stale day decides nothing, and
-- further readings of its own day are no second opinion.
opening as (
    select
        r.isrc,
        r.observed_at,
        r.view_count as reading,
        s.base_count, s.base_at, s.base_source_at, s.corrected_count, s.corrected_at, s.corrected_source_at,
        s.held_count, s.held_at, s.held_source_at,
        -- What a stale day shows is the count of the last day the service moved.
        case
            when %(is_stale)s::boolean and r.view_count <> s.base_count and s.base_at::date < %(fresh_day)s::date
                then r.observed_at - (%(day)s::date - %(fresh_day)s::date) * interval '1 day'
            else r.observed_at
        end as source_at,
        coalesce(s.still_days, 0) as still_days,
        coalesce(s.still_before, 0) as still_before,
        coalesce(s.rates, '{}') as rates,
        coalesce(s.regime_rates, 0) as regime_rates,
        s.pace,
        s.long_pace,
        coalesce(s.residuals, '{}') as residuals,
        coalesce(s.spread, 0) as spread,
        coalesce(s.flag_side, 0) as flag_side,
        coalesce(s.flag_rates, '{}') as flag_rates,
        d.is_confirmed,
        coalesce(
            s.held_at >= %(day)s::date::timestamptz
            or (%(is_stale)s::boolean and r.view_count = s.held_count and s.held_count > 0),
            false
        ) as is_ignored,
        coalesce(h.is_confirmed, false) as is_said,
        coalesce(
            s.held_count > 0
            and s.held_count <= r.view_count
            and (s.held_count >= s.base_count or r.view_count < s.base_count),
            false
        ) as is_shown
    from day_readings r
    left join series_state s
        on s.service_id = %(service_id)s::smallint and s.slot = %(slot)s::smallint and s.isrc = r.isrc
    left join decisions d on d.isrc = r.isrc and d.observed_at = r.observed_at
    left join decisions h on h.isrc = s.isrc and h.observed_at = s.held_at
    where r.turn = %(turn)s::integer
    offset 0
),

-- A level that is believed after all, but goes on at another pace, begins the medians anew. Where a person alone believed
-- in it, the old pace has to tell whether what follows is growth.
resolved as (
    select
        *,
        held_at is not null and not is_ignored as is_resolved,
        held_at is not null and not is_ignored and (is_said or is_shown) as is_restated,
        held_at is not null and not is_ignored and is_shown and pace is not null and abs(ln((
            greatest(reading - held_count, 0) * 86400.0::float8
            / greatest(extract(epoch from source_at - held_source_at)::float8, 1) + 1
        ) / (pace + 1))) > %(level_residual)s::float8 as is_restarted
    from opening
    offset 0
),

restated as (
    select
        isrc, observed_at, source_at, reading, is_ignored, is_confirmed, is_resolved, is_restated, residuals, spread,
        flag_rates,
        held_count as earlier_held_count,
        held_at as earlier_held_at,
        held_source_at as earlier_held_source_at,
        case when is_restated then held_count else base_count end as base_count,
        case when is_restated then held_at else base_at end as base_at,
        case when is_restated then held_source_at else base_source_at end as base_source_at,
        case when not is_restated then corrected_count end as corrected_count,
        case when not is_restated then corrected_at end as corrected_at,
        case when not is_restated then corrected_source_at end as corrected_source_at,
        case when is_restated then 0 else still_days end as still_days,
        case when is_restated then still_days else still_before end as still_before,
        case when is_restarted then '{}' else rates end as rates,
        case when is_restarted then 0 else regime_rates end as regime_rates,
        case when not is_restarted then pace end as pace,
        case when not is_restarted then long_pace end as long_pace,
        case when is_restarted then 0 else flag_side end as flag_side,
        not is_ignored and not is_restated and coalesce(reading = corrected_count, false) as is_undone
    from resolved
    offset 0
),

-- The very count from before a correction: it never was one.
based as (
    select
        isrc, observed_at, source_at, reading, is_ignored, is_confirmed, is_resolved, is_restated, residuals, spread,
        flag_rates, earlier_held_count, earlier_held_at, earlier_held_source_at, still_days, still_before, rates,
        regime_rates, pace, long_pace, flag_side,
        case when is_undone then corrected_count else base_count end as base_count,
        case when is_undone then corrected_at else base_at end as base_at,
        case when is_undone then corrected_source_at else base_source_at end as base_source_at,
        case when not is_undone then corrected_count end as corrected_count,
        case when not is_undone then corrected_at end as corrected_at,
        case when not is_undone then corrected_source_at end as corrected_source_at
    from restated
    offset 0
),

-- Rates use the time that passed since the count last changed, never calendar days.
elapsed as (
    select
        *,
        case
            when is_ignored then 'ignored'
            when base_count is null then 'first'
            when reading < base_count then 'fall'
            when reading = base_count then 'standstill'
            when pace is null then 'warm_up'
            else 'rise'
        end as step,
        greatest(extract(epoch from source_at - base_source_at)::float8, 1) / 86400 as base_days,
        greatest(extract(epoch from source_at - corrected_source_at)::float8, 1) / 86400 as corrected_days
    from based
    offset 0
),

measured as (
    select
        *,
        (reading - base_count) / base_days as base_rate,
        case when reading > corrected_count then (reading - corrected_count) / corrected_days end as corrected_rate
    from elapsed
    offset 0
),

-- A correction that was taken back: the base from before it explains the reading better.
chosen as (
    select
        *,
        step = 'rise' and corrected_rate is not null
        and abs(ln((corrected_rate + 1) / (pace + 1))) < abs(ln((base_rate + 1) / (pace + 1))) as is_undone
    from measured
    offset 0
),

expected as (
    select
        *,
        case when is_undone then corrected_count else base_count end as from_count,
        case when is_undone then corrected_days else base_days end as days,
        case when is_undone then corrected_rate else base_rate end as rate,
        reading - case when is_undone then corrected_count else base_count end as plays,
        pace * case when is_undone then corrected_days else base_days end as expected_plays,
        (
            cardinality(residuals) * (1.4826 * spread) * (1.4826 * spread)
            + %(pool_weight)s::float8 * %(scale)s::float8 * %(scale)s::float8
        ) / (cardinality(residuals) + %(pool_weight)s::float8) as variance
    from chosen
    offset 0
),

scaled as (
    select
        *,
        -- What the whole service shares excuses a series, as far as it goes; it never accuses one.
        case
            when shown_short_residual * %(shift)s::float8 > 0
                then sign(shown_short_residual) * greatest(abs(shown_short_residual) - abs(%(shift)s::float8), 0)
            else shown_short_residual
        end as short_residual,
        case
            when shown_long_residual * %(shift)s::float8 > 0
                then sign(shown_long_residual) * greatest(abs(shown_long_residual) - abs(%(shift)s::float8), 0)
            else shown_long_residual
        end as long_residual,
        -- Counting noise is that of the larger count: many plays where few were expected are no accident.
        sqrt(variance + %(strict_floor)s::float8 ^ 2 + 1 / (greatest(plays, expected_plays, 0) + 1)) as strict_scale,
        sqrt(variance + %(mover_floor)s::float8 ^ 2 + 1 / (greatest(plays, expected_plays, 0) + 1)) as mover_scale,
        expected_plays >= %(least_expected)s::float8 and (not %(is_stale)s::boolean or source_at < observed_at) as can_drop
    from (
        select
            *,
            case when step = 'rise' then ln((rate + 1) / (pace + 1)) end as shown_short_residual,
            case when step = 'rise' then ln((rate + 1) / (long_pace + 1)) end as shown_long_residual
        from expected
        offset 0
    ) shown
    offset 0
),

sided as (
    select
        *,
        case when plays - expected_plays >= %(least_surplus)s::float8 then 1 when can_drop then -1 else 0 end as side
    from scaled
    offset 0
),

bounded as (
    select
        *,
        least(side * short_residual, side * long_residual) as deviation,
        greatest(%(spike_z)s::float8 * strict_scale, %(spike_residual)s::float8) as spike_bound,
        -- A drop may last some days, and widens the scale on the first of them.
        greatest(
            case when flag_side < 0 then %(repeated_drop_z)s::float8 else %(drop_z)s::float8 end * strict_scale,
            %(drop_residual)s::float8
        ) as drop_bound,
        greatest(
            %(mover_z)s::float8 * mover_scale,
            case when side > 0 then %(rising_residual)s::float8 else %(falling_residual)s::float8 end
        ) as mover_bound
    from sided
    offset 0
),

flagged as (
    select
        *,
        case
            when step = 'rise' and side > 0 and deviation > spike_bound then 1
            when step = 'rise' and side < 0 and deviation > drop_bound then -1
            else 0
        end as flag
    from bounded
    offset 0
),

suspected as (
    select
        *,
        case
            when step = 'fall' and reading = 0 and base_count >= %(zero_base)s::bigint then 'zero'
            when step = 'fall' and (
                base_count - reading <= %(jitter_plays)s::bigint
                or (
                    base_count - reading <= %(jitter_share)s::float8 * base_count
                    and extract(epoch from observed_at - base_at)::float8 <= %(jitter_seconds)s::float8
                )
            ) then 'jitter'
            when step = 'fall' and base_count - reading <= %(correction_share)s::float8 * base_count then 'correction'
            when step = 'fall' then 'decrease'
            when step = 'standstill'
                and observed_at::date - base_at::date >= %(stuck_days)s::integer
                -- A series that has stood as long before is nearly dead, not stuck.
                and observed_at::date - base_at::date > still_before
                and not %(is_stale)s::boolean
                and pace is not null
                and least(pace, long_pace) * base_days > %(least_expected)s::float8
                then case when observed_at::date - base_at::date < %(dormant_days)s::integer then 'stuck' else 'dormant' end
            when step = 'warm_up' and base_count >= %(wild_base)s::bigint and (
                reading > %(wild_ratio)s::bigint * base_count
                or abs(log(reading / nullif(base_count, 0)::float8) - round(log(reading / nullif(base_count, 0)::float8))) <= %(unit_tolerance)s::float8
                    and round(log(reading / nullif(base_count, 0)::float8)) <> 0
            ) then 'jump'
            when step in ('first', 'warm_up') then 'warming_up'
            -- What a replica is ahead of another looks like a wild pace when it comes minutes later, and what it still
            -- lacks like none.
            when step = 'rise'
                and deviation > least(case when side > 0 then spike_bound else drop_bound end, mover_bound)
                and reading - base_count <= %(jitter_share)s::float8 * base_count
                and extract(epoch from observed_at - base_at)::float8 <= %(jitter_seconds)s::float8
                then 'jitter'
            when flag > 0
                and short_residual > greatest(%(jump_z)s::float8 * strict_scale, %(jump_residual)s::float8)
                and plays > %(jump_share)s::float8 * base_count
                then 'jump'
            when flag > 0 then 'spike'
            when flag < 0 then 'drop'
            when step = 'rise' and deviation > mover_bound then 'mover'
        end as suspicion
    from flagged
    offset 0
),

-- The name of a held reading says what it looks like: another unit, or some digits lost.
named as (
    select
        *,
        coalesce(suspicion, '') in ('zero', 'decrease', 'jump') as is_held,
        coalesce(suspicion, '') in ('zero', 'decrease', 'jump') and is_confirmed is distinct from false as stays_held,
        case
            when coalesce(suspicion, '') not in ('decrease', 'jump') or reading = 0 or base_count = 0 then suspicion
            when round(log(reading / nullif(base_count, 0)::float8)) <> 0
                and abs(log(reading / nullif(base_count, 0)::float8) - round(log(reading / nullif(base_count, 0)::float8))) <= %(unit_tolerance)s::float8
                then 'unit_error'
            when base_count::text ~ regexp_replace(reading::text, '(.)', '\1.*', 'g') then 'unit_error'
            else suspicion
        end as kind,
        step = 'rise' and coalesce(suspicion, '') not in ('jump', 'jitter') as is_learned,
        case when flag <> 0 and flag = flag_side then flag_rates else '{}' end as streak
    from suspected
    offset 0
),

-- A flagged rate enters the history only as far as the clip; some in a row to one side are a new regime.
learned as (
    select
        *,
        case
            when is_learned and is_regime then rates[:cardinality(rates) - cardinality(streak)] || streak || rate
            when is_learned and flag <> 0 then rates || greatest((pace + 1) * exp(flag * %(clip)s::float8 * strict_scale) - 1, 0)
            when is_learned or step = 'warm_up' and not is_held then rates || base_or_rate
            else rates
        end as new_rates,
        case
            when is_learned and is_regime then cardinality(streak) + 1
            when is_learned or step = 'warm_up' and not is_held then least(regime_rates + 1, %(short_rates)s::integer)
            else regime_rates
        end as new_regime_rates,
        case
            when is_learned then residuals || clipped_residual
            else residuals
        end as new_residuals
    from (
        select
            *,
            case when step = 'warm_up' then base_rate else rate end as base_or_rate,
            flag <> 0
            and cardinality(streak) + 1
                = case when flag > 0 then %(spike_regime)s::integer else %(drop_regime)s::integer end as is_regime,
            greatest(-%(clip)s::float8 * strict_scale, least(%(clip)s::float8 * strict_scale, short_residual))
                as clipped_residual
        from named
        offset 0
    ) clipped
    offset 0
),

trimmed as (
    select
        *,
        new_rates[greatest(cardinality(new_rates) - %(long_rates)s::integer + 1, 1):] as kept_rates,
        new_residuals[greatest(cardinality(new_residuals) - %(kept_residuals)s::integer + 1, 1):] as kept_residuals
    from learned
    offset 0
)

select
    isrc,
    observed_at,
    %(turn)s::integer,
    case
        when is_ignored then 'ignored'
        when is_held and is_confirmed then 'restated'
        when is_held and not is_confirmed then 'rejected'
        when is_held then 'held'
        else 'accepted'
    end,
    kind,
    case
        when kind in ('zero', 'unit_error', 'decrease', 'correction', 'jump', 'spike', 'drop', 'stuck') then 'strict'
        when kind = 'mover' then 'sensitive'
    end,
    case
        when is_ignored or (is_held and is_confirmed is not true) then null
        when kind = 'jitter' then base_count
        else reading
    end,
    -- Beyond both paces on one side is a flag: so from the lower of both bounds to the higher.
    case
        when pace is not null and not is_ignored then from_count + floor(least(
            case
                when can_drop
                    then greatest(
                        days * ((least(pace, long_pace) + 1) * exp(-drop_bound + least(%(shift)s::float8, 0)) - 1), 0
                    )
                else 0
            end,
            1e18
        ))::bigint
    end,
    case
        when pace is not null and not is_ignored then from_count + ceil(least(
            greatest(
                days * ((greatest(pace, long_pace) + 1) * exp(spike_bound + greatest(%(shift)s::float8, 0)) - 1),
                expected_plays + %(least_surplus)s::float8
            ),
            1e18
        ))::bigint
    end,
    is_held,
    case when is_learned and pace >= %(pool_pace)s::float8 then clipped_residual end,
    case when is_resolved then earlier_held_at end,
    case when is_restated then 'restated' when is_resolved then 'rejected' end,
    case when is_restated then earlier_held_count end,
    case when is_moved then reading else base_count end,
    case when is_moved then observed_at else base_at end,
    case when is_moved then source_at else base_source_at end,
    case when not is_moved then corrected_count when kind = 'correction' then base_count end,
    case when not is_moved then corrected_at when kind = 'correction' then base_at end,
    case when not is_moved then corrected_source_at when kind = 'correction' then base_source_at end,
    case when is_ignored then earlier_held_count when stays_held then reading end,
    case when is_ignored then earlier_held_at when stays_held then observed_at end,
    case when is_ignored then earlier_held_source_at when stays_held then source_at end,
    case
        when is_moved then 0
        when step = 'standstill' and not %(is_stale)s::boolean then observed_at::date - base_at::date
        else still_days
    end,
    case when is_moved then still_days else still_before end,
    kept_rates,
    new_regime_rates,
    case
        when new_regime_rates >= %(least_rates)s::integer then (
            select percentile_cont(0.5) within group (order by recent)
            from unnest(kept_rates[greatest(cardinality(kept_rates) - least(new_regime_rates, %(short_rates)s::integer) + 1, 1):]) recent
        )
    end,
    (select percentile_cont(0.5) within group (order by kept) from unnest(kept_rates) kept),
    kept_residuals,
    case
        when is_learned then (select percentile_cont(0.5) within group (order by abs(kept)) from unnest(kept_residuals) kept)
        else spread
    end,
    case when not is_learned then flag_side when is_regime then 0 else flag end,
    case when not is_learned then flag_rates when is_regime or flag = 0 then '{}' else streak || rate end
from (
    select
        *,
        not is_ignored and not is_held and kind is distinct from 'jitter'
        and reading is distinct from base_count as is_moved
    from trimmed
    offset 0
) moved
