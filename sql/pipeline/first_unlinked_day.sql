-- The first day whose verdicts are not what the log, the decisions and the day before it say.
--
-- Grain:       one row; null when all is as it should be.
-- Parameters:  service_id; before, the UTC date (exclusive), or null: as far as days have been judged; usual_days, recorded
--              days that make a usual number.
-- Used by:     viewcount_pipeline/judging.py
with kept as (
    select max(kept_from) as kept_from from log_retention where service_id = %(service_id)s::smallint
),

chain as (
    select
        day,
        opening_digest,
        coalesce(lag(state_digest) over (order by day), 0) as digest_before,
        opening_context,
        -- As sql/pipeline/service_day_context.sql has it.
        hash_record_extended(row(
            lag(scale) over (order by day),
            coalesce(lag(stale_days) over (order by day), 0)::integer,
            max(day) filter (where gate = 'open' and readings > 0 and not stale) over (
                order by day rows between unbounded preceding and 1 preceding
            ),
            coalesce(max(same_value) filter (where gate = 'open') over (
                order by day rows between %(usual_days)s::integer preceding and 1 preceding
            ), 0)
        ), 0) as context_before
    from service_days
    where service_id = %(service_id)s::smallint
),

unlinked as (
    select day
    from chain
    where opening_digest is distinct from digest_before or opening_context is distinct from context_before
    union all
    select day from unjudged_days where service_id = %(service_id)s::smallint
)

select min(day) as day
from unlinked
where day < coalesce(%(before)s::date, (select max(day) + 1 from chain))
    and day >= coalesce((select kept_from from kept), '-infinity')
