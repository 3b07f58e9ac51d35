-- Snapshots and growths of each service's day, and those of them that are flagged.
--
-- Grain:       one row per (service_id, day) of the log, oldest first; known_days are open days before it with counts.
-- Parameters:  first_day and last_day, the UTC dates that are checked.
-- Used by:     viewcount_pipeline/checks/by_asset.py
with grown as (
    select
        service_id,
        recorded_date,
        count(*) as snapshots,
        count(delta_count) as growths,
        count(delta_count) filter (where quality = 'flagged') as flagged
    from historical_view_counts
    where recorded_date between %(first_day)s::date and %(last_day)s::date
    group by service_id, recorded_date
)

select
    d.service_id,
    d.day,
    d.gate,
    d.reason,
    d.ok,
    d.rejected,
    (
        select count(*)
        from service_days e
        where e.service_id = d.service_id and e.day < d.day and e.gate = 'open' and e.readings > 0
    ) as known_days,
    coalesce(g.snapshots, 0) as snapshots,
    coalesce(g.growths, 0) as growths,
    coalesce(g.flagged, 0) as flagged
from service_days d
left join grown g on g.service_id = d.service_id and g.recorded_date = d.day
where d.day between %(first_day)s::date and %(last_day)s::date
order by d.day, d.service_id
