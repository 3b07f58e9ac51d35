-- What a service said of one track on one day, and what is believed of it.
--
-- Grain:       one row an answer or failure, earliest first.
-- Parameters:  isrc; service_id; day, the UTC date.
-- Used by:     viewcount_pipeline/decisions.py
select
    o.observed_at,
    o.status,
    o.view_count,
    v.verdict,
    v.kind,
    v.resolved_at,
    coalesce(v.tier = 'strict' and v.verdict in ('held', 'restated', 'rejected'), false) as was_held
from view_count_observations o
left join count_verdicts v
    on v.isrc = o.isrc
    and v.service_id = o.service_id
    and v.observed_at = o.observed_at
    and v.observed_at >= %(day)s::date::timestamptz
    and v.observed_at < (%(day)s::date + 1)::timestamptz
where o.isrc = %(isrc)s::text
    and o.service_id = %(service_id)s::smallint
    and o.observed_at >= %(day)s::date::timestamptz
    and o.observed_at < (%(day)s::date + 1)::timestamptz
order by o.observed_at
