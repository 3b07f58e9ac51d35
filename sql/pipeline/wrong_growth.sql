-- Snapshots of one service's day whose growth does not lead from the snapshot before to their own.
--
-- Grain:       one row per isrc, the furthest off first.
-- Parameters:  service_id; day, the UTC date; first, how many.
-- Used by:     viewcount_pipeline/checks/by_asset.py
select
    coalesce(t.title, h.isrc) as track, t.artist, h.isrc, e.recorded_date as before, e.view_count as count_before,
    h.view_count as count, h.delta_count as growth, h.delta_days as days
from historical_view_counts h
left join tracks t on t.isrc = h.isrc
left join log_retention r on r.service_id = h.service_id
left join lateral (
    select b.view_count, b.recorded_date
    from historical_view_counts b
    where b.isrc = h.isrc
        and b.service_id = h.service_id
        and b.recorded_date < h.recorded_date
    order by b.recorded_date desc
    limit 1
) e on true
where h.service_id = %(service_id)s::smallint
    and h.recorded_date = %(day)s::date
    and (h.delta_count, h.delta_days::integer)
        is distinct from (h.view_count - e.view_count, h.recorded_date - e.recorded_date)
    and (e.recorded_date is not null or coalesce(r.kept_from <= h.recorded_date - h.delta_days, true))
order by abs(h.delta_count - (h.view_count - e.view_count)) desc nulls first, h.isrc
limit %(first)s::integer
