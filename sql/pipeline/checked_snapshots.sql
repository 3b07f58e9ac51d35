-- Snapshots of each service's day, and believed series without one.
--
-- Of the 30 days before: whether one believed series has its own.
--
-- Grain:       one row per (service_id, day) of the log, oldest first; days before first_day stand for one series, and only
--              open ones are looked at.
-- Parameters:  first_day and last_day, the UTC dates that are checked.
-- Used by:     viewcount_pipeline/checks/by_asset.py
with recorded as (
    select h.service_id, h.recorded_date, h.isrc
    from historical_view_counts h
    where h.recorded_date between %(first_day)s::date and %(last_day)s::date
),

missing as (
    select v.service_id, v.observed_at::date as day, v.isrc
    from count_verdicts v
    left join recorded r on r.isrc = v.isrc and r.service_id = v.service_id and r.recorded_date = v.observed_at::date
    where v.observed_at >= %(first_day)s::date::timestamptz
        and v.observed_at < (%(last_day)s::date + 1)::timestamptz
        and v.verdict in ('accepted', 'restated')
        and r.isrc is null
),

checked as (
    select
        d.service_id,
        d.day,
        d.gate,
        d.reason,
        d.ok,
        d.rejected,
        coalesce(r.snapshots, 0) as snapshots,
        case when d.gate = 'open' then coalesce(m.missing, 0) else 0 end as missing
    from service_days d
    left join (
        select service_id, recorded_date, count(*) as snapshots
        from recorded
        group by service_id, recorded_date
    ) r on r.service_id = d.service_id and r.recorded_date = d.day
    left join (
        select service_id, day, count(distinct isrc) as missing
        from missing
        group by service_id, day
    ) m on m.service_id = d.service_id and m.day = d.day
    where d.day between %(first_day)s::date and %(last_day)s::date
),

-- A day without any snapshot lacks that of its first series, too; to look for any would read whole months.
earlier as (
    select
        d.service_id,
        d.day,
        d.gate,
        d.reason,
        d.ok,
        d.rejected,
        case
            when exists (
                select from historical_view_counts h
                where h.isrc = v.isrc
                    and h.service_id = d.service_id
                    and h.recorded_date = d.day
                    and h.recorded_date between %(first_day)s::date - 30 and %(first_day)s::date - 1
            ) then 0
            else 1
        end as missing
    from service_days d
    cross join lateral (
        select c.isrc
        from count_verdicts c
        where c.service_id = d.service_id
            and c.observed_at >= d.day::timestamptz
            and c.observed_at < (d.day + 1)::timestamptz
            and c.observed_at >= (%(first_day)s::date - 30)::timestamptz
            and c.observed_at < %(first_day)s::date::timestamptz
            and c.verdict in ('accepted', 'restated')
        order by c.observed_at
        limit 1
    ) v
    where d.day between %(first_day)s::date - 30 and %(first_day)s::date - 1
        and d.gate = 'open'
)

select service_id, day, gate, reason, ok, rejected, 0::bigint as snapshots, missing::bigint as missing
from earlier

union all

select service_id, day, gate, reason, ok, rejected, snapshots, missing
from checked
order by day, service_id
