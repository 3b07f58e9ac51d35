-- Believed series of each service's day, and those without a snapshot; for 30 days before, whether there is any snapshot.
--
-- A day that was never judged, as an import leaves it, counts by its readings.
--
-- Grain:       one row per (service_id, day) with readings, oldest first; `missing` is 0 or 1 on days before first_day.
-- Parameters:  first_day and last_day, the UTC dates that are checked.
-- Used by:     viewcount_pipeline/checks/by_asset.py
with believed as (
    select distinct v.service_id, (v.observed_at at time zone 'UTC')::date as day, v.isrc
    from count_verdicts v
    where v.observed_at >= %(first_day)s::date::timestamptz
        and v.observed_at < (%(last_day)s::date + 1)::timestamptz
        and v.verdict in ('accepted', 'restated')
),

checked as (
    select b.service_id, b.day, count(*) as believed, count(*) filter (where h.isrc is null) as missing
    from believed b
    join service_days d on d.service_id = b.service_id and d.day = b.day and d.gate = 'open'
    left join historical_view_counts h
        on h.isrc = b.isrc
        and h.service_id = b.service_id
        and h.recorded_date = b.day
        and h.recorded_date between %(first_day)s::date and %(last_day)s::date
    group by b.service_id, b.day
),

earlier as (
    select
        s.service_id,
        c.day::date as day,
        (
            select d.gate
            from service_days d
            where d.service_id = s.service_id and d.day = c.day::date
        ) as gate
    from services s
    cross join generate_series(%(first_day)s::date - 30, %(first_day)s::date - 1, interval '1 day') c (day)
)

select service_id, day, 1::bigint as believed, 1::bigint as missing
from earlier e
where not exists (
        select from historical_view_counts h
        where h.service_id = e.service_id
            and h.recorded_date = e.day
            and h.recorded_date between %(first_day)s::date - 30 and %(first_day)s::date - 1
    )
    and case e.gate
        when 'closed' then false
        when 'open' then exists (
            select from count_verdicts v
            where v.service_id = e.service_id
                and v.observed_at >= e.day::timestamptz
                and v.observed_at < (e.day + 1)::timestamptz
                and v.observed_at >= (%(first_day)s::date - 30)::timestamptz
                and v.observed_at < %(first_day)s::date::timestamptz
                and v.verdict in ('accepted', 'restated')
        )
        else exists (
            select from view_count_observations o
            where o.service_id = e.service_id
                and o.observed_at >= e.day::timestamptz
                and o.observed_at < (e.day + 1)::timestamptz
                and o.observed_at >= (%(first_day)s::date - 30)::timestamptz
                and o.observed_at < %(first_day)s::date::timestamptz
                and o.view_count between 0 and 9007199254740992
        )
    end

union all

select service_id, day, believed, missing
from checked
order by day, service_id
