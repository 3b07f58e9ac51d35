-- Flagged growths of one service's day.
--
-- Grain:       one row per isrc, the largest a day first, whatever their sign.
-- Parameters:  service_id; day, the UTC date; first, how many.
-- Used by:     viewcount_pipeline/checks/by_asset.py
select
    coalesce(t.title, h.isrc) as track, t.artist, h.isrc, h.view_count as count, h.delta_count as growth,
    h.delta_days as days
from historical_view_counts h
left join tracks t on t.isrc = h.isrc
where h.service_id = %(service_id)s::smallint
    and h.recorded_date = %(day)s::date
    and h.quality = 'flagged'
    and h.delta_count is not null
order by abs(h.delta_count) / h.delta_days desc, h.isrc
limit %(first)s::integer
