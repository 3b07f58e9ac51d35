-- What earlier days and a person say about one service's day.
--
-- Grain:       one row: the pooled scale, days it stood still until then and the last day it moved, the usual number of
--              source ids that show one count, the digest of these four; that of the states before; and the gate a
--              person chose.
-- Parameters:  service_id; day, the UTC date; usual_days, recorded days that make a usual number.
-- Used by:     viewcount_pipeline/service_day_judge.py
with earlier as (
    select state_digest, scale, stale_days, same_value, gate, row_number() over (order by day desc) as days_ago
    from service_days
    where service_id = %(service_id)s::smallint and day < %(day)s::date
    order by day desc
    limit %(usual_days)s::integer
),

context as (
    select
        (select scale from earlier where days_ago = 1) as scale,
        coalesce((select stale_days from earlier where days_ago = 1), 0)::integer as stale_days,
        (
            select max(day)
            from service_days
            where service_id = %(service_id)s::smallint
                and day < %(day)s::date
                and gate = 'open'
                and readings > 0
                and not stale
        ) as fresh_day,
        coalesce((select max(same_value) from earlier where gate = 'open'), 0) as usual_same_value
)

select
    c.*,
    hash_record_extended(row(c.scale, c.stale_days, c.fresh_day, c.usual_same_value), 0)::numeric as opening_context,
    coalesce((select state_digest from earlier where days_ago = 1), 0) as opening_digest,
    (
        select gate
        from gate_decisions
        where service_id = %(service_id)s::smallint and day = %(day)s::date
        order by decision_id desc
        limit 1
    ) as decided_gate
from context c
