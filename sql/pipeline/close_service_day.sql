-- What judging a service's day came to: its gate and facts, and the fingerprints that link it to the day before.
--
-- Grain:       one row per (service_id, day).
-- Parameters:  service_id; day, the UTC date; gate and reason; stale, stale_days, shift, readings, moving, moved, new_zeros,
--              unit_errors, same_value: facts of the day; scale, before the day; pool_step and pool_residuals, how and
--              from how many residuals the scale moves; opening_digest, opening_context and state_digest.
-- Re-running:  touches the row only when a value differs.
-- Used by:     viewcount_pipeline/service_day_judge.py
with judged as (
    select
        count(distinct isrc) filter (where was_held) as held,
        count(distinct isrc) filter (where tier = 'strict') as flagged,
        case
            when count(pooled_residual) >= %(pool_residuals)s::integer
                -- Rounded, so that what happened long ago comes to matter no more.
                then round((
                    (1 - %(pool_step)s::float8) * %(scale)s::float8
                    + %(pool_step)s::float8 * 1.4826
                    * percentile_cont(0.5) within group (order by abs(pooled_residual))
                )::numeric, 4)::float8
            else %(scale)s::float8
        end as scale
    from judged_readings
),

-- Good again later the same day is good.
impossible as (
    select count(distinct r.isrc) as tracks
    from judged_readings r
    where r.kind in ('negative', 'too_large')
        and not exists (
            select from judged_readings o
            where o.isrc = r.isrc and coalesce(o.kind, '') not in ('negative', 'too_large')
        )
)

update service_days d
set gate = %(gate)s::text,
    reason = %(reason)s::text,
    stale = %(stale)s::boolean,
    stale_days = %(stale_days)s::smallint,
    shift = %(shift)s::float8,
    readings = %(readings)s::integer,
    moving = %(moving)s::integer,
    moved = %(moved)s::integer,
    new_zeros = %(new_zeros)s::integer,
    unit_errors = %(unit_errors)s::integer,
    same_value = %(same_value)s::integer,
    held = j.held,
    flagged = j.flagged,
    rejected = i.tracks,
    scale = j.scale,
    opening_digest = %(opening_digest)s::numeric,
    opening_context = %(opening_context)s::numeric,
    state_digest = %(state_digest)s::numeric
from judged j
cross join impossible i
where d.service_id = %(service_id)s::smallint
    and d.day = %(day)s::date
    and (
        d.gate, d.reason, d.stale, d.stale_days, d.shift, d.readings, d.moving, d.moved, d.new_zeros, d.unit_errors,
        d.same_value, d.held, d.flagged, d.rejected, d.scale, d.opening_digest,
        d.opening_context, d.state_digest
    ) is distinct from (
        %(gate)s::text, %(reason)s::text, %(stale)s::boolean, %(stale_days)s::smallint, %(shift)s::float8,
        %(readings)s::integer, %(moving)s::integer, %(moved)s::integer, %(new_zeros)s::integer,
        %(unit_errors)s::integer, %(same_value)s::integer, j.held::integer, j.flagged::integer,
        i.tracks::integer, j.scale,
        %(opening_digest)s::numeric, %(opening_context)s::numeric, %(state_digest)s::numeric
    )
