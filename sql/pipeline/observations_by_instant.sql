-- The log with what is believed of each reading.
--
-- Instants are text, because a CSV has to say Z and PostgreSQL would say +00.
--
-- Grain:       one row per (observed_at, isrc, service), in that order; verdict null where none was given yet.
-- Parameters:  first_day and last_day, UTC dates or null; isrcs, an array or null; service_id, a number or null.
-- Used by:     viewcount_pipeline/exports/tables.py
select
    o.isrc,
    s.service_key as service,
    rtrim(rtrim(to_char(o.observed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '0'), '.') || 'Z'
        as observed_at,
    o.view_count,
    o.status,
    o.origin,
    v.verdict
from view_count_observations o
join services s using (service_id)
left join count_verdicts v using (isrc, service_id, observed_at)
where
    (%(first_day)s::date is null or o.observed_at >= %(first_day)s::date::timestamp at time zone 'UTC')
    and (%(last_day)s::date is null or o.observed_at < (%(last_day)s::date + 1)::timestamp at time zone 'UTC')
    and (%(isrcs)s::text[] is null or o.isrc = any(%(isrcs)s::text[]))
    and (%(service_id)s::smallint is null or o.service_id = %(service_id)s::smallint)
order by o.observed_at, o.isrc, s.service_key collate "C"
