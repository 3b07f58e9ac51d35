-- What was unusual: one row for each track, service and day with a flagged reading, or on which the track was gone.
--
-- Of several flagged readings of a day it shows the last strict one, else the last of the movers.
--
-- Grain:       one row per (date, isrc, service), in that order; severity and state null for a mover, which is no anomaly.
-- Parameters:  first_day and last_day, UTC dates or null; isrcs, an array or null; service_id, a number or null;
--              tier, strict or sensitive (both tiers).
-- Used by:     viewcount_pipeline/exports/tables.py
with flagged as (
    select distinct on (v.isrc, v.service_id, (v.observed_at at time zone 'UTC')::date)
        v.isrc,
        v.service_id,
        (v.observed_at at time zone 'UTC')::date as day,
        v.observed_at,
        v.kind,
        v.tier,
        v.expected_low,
        v.expected_high
    from count_verdicts v
    where (v.tier = 'strict' or (v.tier = 'sensitive' and %(tier)s::text = 'sensitive'))
        and (%(first_day)s::date is null or v.observed_at >= %(first_day)s::date::timestamp at time zone 'UTC')
        and (%(last_day)s::date is null or v.observed_at < (%(last_day)s::date + 1)::timestamp at time zone 'UTC')
        and (%(isrcs)s::text[] is null or v.isrc = any(%(isrcs)s::text[]))
        and (%(service_id)s::smallint is null or v.service_id = %(service_id)s::smallint)
    order by v.isrc, v.service_id, (v.observed_at at time zone 'UTC')::date, v.tier = 'strict' desc, v.observed_at desc
),

readings as (
    select
        f.isrc,
        f.service_id,
        f.day,
        f.kind,
        f.tier,
        a.severity,
        o.view_count,
        f.expected_low,
        f.expected_high,
        a.state
    from flagged f
    left join view_count_observations o
        on o.isrc = f.isrc
        and o.service_id = f.service_id
        and o.observed_at = f.observed_at
    left join anomalies a
        on a.isrc = f.isrc
        and a.service_id = f.service_id
        and a.kind = f.kind
        and f.tier = 'strict'
        and f.day between a.first_day and a.last_day
),

absences as (
    select distinct
        a.isrc,
        a.service_id,
        (o.observed_at at time zone 'UTC')::date as day,
        a.kind,
        'strict' as tier,
        a.severity,
        null::bigint as view_count,
        null::bigint as expected_low,
        null::bigint as expected_high,
        a.state
    from anomalies a
    join view_count_observations o
        on o.isrc = a.isrc
        and o.service_id = a.service_id
        and o.observed_at >= a.opened_on::timestamp at time zone 'UTC'
        and o.observed_at < (a.last_day + 1)::timestamp at time zone 'UTC'
        and o.status = 'unavailable'
    join healthy_service_days h
        on h.service_id = o.service_id
        and h.day = (o.observed_at at time zone 'UTC')::date
    where a.kind = 'gone'
        and (%(first_day)s::date is null or o.observed_at >= %(first_day)s::date::timestamp at time zone 'UTC')
        and (%(last_day)s::date is null or o.observed_at < (%(last_day)s::date + 1)::timestamp at time zone 'UTC')
        and (%(isrcs)s::text[] is null or a.isrc = any(%(isrcs)s::text[]))
        and (%(service_id)s::smallint is null or a.service_id = %(service_id)s::smallint)
)

select
    d.isrc,
    s.service_key as service,
    d.day as date,
    d.kind,
    d.tier,
    d.severity,
    d.view_count as observed,
    d.expected_low,
    d.expected_high,
    d.state
from (select * from readings union all select * from absences) d
join services s using (service_id)
order by d.day, d.isrc, s.service_key collate "C"
