-- How many tracks of one service's day had a reading of each unusual kind.
--
-- Grain:       one row a kind, the most frequent first.
-- Parameters:  service_id; day, the UTC date; first, how many.
-- Used by:     viewcount_pipeline/checks/by_asset.py
select kind, count(distinct isrc) as tracks
from count_verdicts
where service_id = %(service_id)s::smallint
    and observed_at >= %(day)s::date::timestamptz
    and observed_at < (%(day)s::date + 1)::timestamptz
    and (tier = 'strict' or kind in ('negative', 'too_large'))
group by kind
order by tracks desc, kind
limit %(first)s::integer
