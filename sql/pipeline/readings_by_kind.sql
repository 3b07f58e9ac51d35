-- Readings of one service's day whose verdict is of certain kinds, beside the count before.
--
-- Grain:       one row a reading, the largest counts before first.
-- Parameters:  service_id; day, the UTC date; kinds, of verdicts; first, how many.
-- Used by:     viewcount_pipeline/checks/by_asset.py
select
    coalesce(t.title, v.isrc) as track,
    t.artist,
    v.isrc,
    b.view_count as before,
    o.view_count as read,
    v.verdict
from count_verdicts v
join view_count_observations o
    on o.isrc = v.isrc
    and o.service_id = v.service_id
    and o.observed_at = v.observed_at
    and o.observed_at >= %(day)s::date::timestamptz
    and o.observed_at < (%(day)s::date + 1)::timestamptz
left join tracks t on t.isrc = v.isrc
left join lateral (
    select h.view_count
    from historical_view_counts h
    where h.isrc = v.isrc
        and h.service_id = v.service_id
        and h.recorded_date < %(day)s::date
    order by h.recorded_date desc
    limit 1
) b on true
where v.service_id = %(service_id)s::smallint
    and v.observed_at >= %(day)s::date::timestamptz
    and v.observed_at < (%(day)s::date + 1)::timestamptz
    and v.kind = any(%(kinds)s::text[])
order by b.view_count desc nulls last, v.isrc
limit %(first)s::integer
