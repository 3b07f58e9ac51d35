-- Snapshots of each service's day, and those whose growth does not lead from the snapshot before to their own.
--
-- Nearly every growth leads to the day before, which one join finds; only the others are looked up one by one. Where the
-- retention removed the snapshot before, nothing can be said.
--
-- Grain:       one row per (service_id, day) with snapshots, oldest first.
-- Parameters:  first_day and last_day, the UTC dates that are checked.
-- Used by:     viewcount_pipeline/checks/by_asset.py
with led as (
    select
        h.service_id,
        h.recorded_date,
        case
            when y.isrc is not null then
                (h.delta_count, h.delta_days) is distinct from (h.view_count - y.view_count, 1::smallint)
            when e.recorded_date is not null then
                (h.delta_count, h.delta_days::integer)
                is distinct from (h.view_count - e.view_count, h.recorded_date - e.recorded_date)
            when r.kept_from > h.recorded_date - coalesce(h.delta_days, 0) then false
            else h.delta_count is not null
        end as is_wrong
    from historical_view_counts h
    left join historical_view_counts y
        on y.isrc = h.isrc
        and y.service_id = h.service_id
        and y.recorded_date = h.recorded_date - 1
        and y.recorded_date between %(first_day)s::date - 1 and %(last_day)s::date - 1
    left join lateral (
        select b.view_count, b.recorded_date
        from historical_view_counts b
        where y.isrc is null
            and b.isrc = h.isrc
            and b.service_id = h.service_id
            and b.recorded_date < h.recorded_date - 1
        order by b.recorded_date desc
        limit 1
    ) e on true
    left join log_retention r on r.service_id = h.service_id
    where h.recorded_date between %(first_day)s::date and %(last_day)s::date
)

select
    service_id,
    recorded_date as day,
    count(*) as snapshots,
    count(*) filter (where is_wrong) as wrong
from led
group by service_id, recorded_date
order by recorded_date, service_id
