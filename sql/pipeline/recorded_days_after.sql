-- Days after one that hold the next snapshot of some series, and so may have a delta to correct.
--
-- Grain:       one row a day, earliest first.
-- Parameters:  day, the UTC date.
-- Used by:     viewcount_pipeline/assets/daily_deltas.py
select distinct n.recorded_date as day
from view_counts c
cross join lateral (
    select h.recorded_date
    from historical_view_counts h
    where h.isrc = c.isrc
        and h.service_id = c.service_id
        and h.recorded_date > %(day)s::date
    order by h.recorded_date
    limit 1
) n
where c.last_updated >= (%(day)s::date + 1)::timestamptz
order by day
