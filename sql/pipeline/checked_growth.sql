-- Snapshots and growths of each service's day, those flagged, and those that do not lead from the snapshot before.
--
-- Nearly every growth leads to the day before, which one join finds; only the others are looked up one by one. Where the
-- retention removed the snapshot before, nothing can be said.
--
-- Grain:       one row per (service_id, day) of the log, oldest first; known_days are open days before it with counts.
-- Parameters:  first_day and last_day, the UTC dates that are checked.
-- Used by:     viewcount_pipeline/checks/by_asset.py
with grown as (
    select h.isrc, h.service_id, h.recorded_date, h.view_count, h.delta_count, h.delta_days, h.quality
    from historical_view_counts h
    where h.recorded_date between %(first_day)s::date and %(last_day)s::date
),

unexplained as (
    select g.isrc, g.service_id, g.recorded_date, g.view_count, g.delta_count, g.delta_days
    from grown g
    left join historical_view_counts y
        on y.isrc = g.isrc
        and y.service_id = g.service_id
        and y.recorded_date = g.recorded_date - 1
        and y.view_count = g.view_count - g.delta_count
        and g.delta_days = 1
        and y.recorded_date between %(first_day)s::date - 1 and %(last_day)s::date - 1
    where y.isrc is null
),

wrong as (
    select u.service_id, u.recorded_date, count(*) as snapshots
    from unexplained u
    left join log_retention r on r.service_id = u.service_id
    left join lateral (
        select b.view_count, b.recorded_date
        from historical_view_counts b
        where b.isrc = u.isrc
            and b.service_id = u.service_id
            and b.recorded_date < u.recorded_date
        order by b.recorded_date desc
        limit 1
    ) e on true
    where (u.delta_count, u.delta_days::integer)
            is distinct from (u.view_count - e.view_count, u.recorded_date - e.recorded_date)
        and (e.recorded_date is not null or coalesce(r.kept_from <= u.recorded_date - u.delta_days, true))
    group by u.service_id, u.recorded_date
),

sums as (
    select
        service_id,
        recorded_date,
        count(*) as snapshots,
        count(delta_count) as growths,
        count(delta_count) filter (where quality = 'flagged') as flagged
    from grown
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
    coalesce(g.flagged, 0) as flagged,
    coalesce(w.snapshots, 0) as wrong
from service_days d
left join sums g on g.service_id = d.service_id and g.recorded_date = d.day
left join wrong w on w.service_id = d.service_id and w.recorded_date = d.day
where d.day between %(first_day)s::date and %(last_day)s::date
order by d.day, d.service_id
