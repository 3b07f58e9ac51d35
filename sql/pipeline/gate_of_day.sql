-- Whether anything was asked of a service on one day, and its gate.
--
-- Grain:       one row; gate and reason null where the day was not judged yet.
-- Parameters:  service_id; day, the UTC date.
-- Used by:     viewcount_pipeline/decisions.py
select
    exists (
        select from view_count_observations o
        where o.service_id = %(service_id)s::smallint
            and o.observed_at >= %(day)s::date::timestamptz
            and o.observed_at < (%(day)s::date + 1)::timestamptz
    ) as was_asked,
    d.gate,
    d.reason
from (select) one
left join service_days d on d.service_id = %(service_id)s::smallint and d.day = %(day)s::date
