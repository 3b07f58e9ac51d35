-- Counts of at least 1,000 that several pages of one service showed on one day.
--
-- Grain:       one row a count, those on most pages first.
-- Parameters:  service_id; day, the UTC date; first, how many.
-- Used by:     viewcount_pipeline/checks/by_asset.py
select
    o.view_count as count,
    count(distinct coalesce(o.source_id, o.isrc)) as pages,
    min(coalesce(t.title, o.isrc)) as one_track,
    max(coalesce(t.title, o.isrc)) as another
from view_count_observations o
left join tracks t on t.isrc = o.isrc
where o.service_id = %(service_id)s::smallint
    and o.observed_at >= %(day)s::date::timestamptz
    and o.observed_at < (%(day)s::date + 1)::timestamptz
    and o.view_count >= 1000
group by o.view_count
having count(distinct coalesce(o.source_id, o.isrc)) > 1
order by pages desc, count
limit %(first)s::integer
