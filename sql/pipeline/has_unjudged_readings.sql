-- Whether a day has readings that no verdict was given for.
--
-- Grain:       one row.
-- Parameters:  day, the UTC date.
-- Used by:     viewcount_pipeline/judging.py
select exists (
    select from view_count_observations o
    left join count_verdicts v
        on v.isrc = o.isrc
        and v.service_id = o.service_id
        and v.observed_at = o.observed_at
        and v.observed_at >= %(day)s::date::timestamptz
        and v.observed_at < (%(day)s::date + 1)::timestamptz
    where o.observed_at >= %(day)s::date::timestamptz
        and o.observed_at < (%(day)s::date + 1)::timestamptz
        and o.status = 'ok'
        and v.isrc is null
) as unjudged
