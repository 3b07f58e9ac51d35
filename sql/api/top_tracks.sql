-- A page of the active tracks with the highest totals over all services.
--
-- Grain:       one row a track.
-- Parameters:  after_key and after_isrc, total and isrc of the last row of the page before; rows, how many at most.
-- Used by:     viewcount_api/resolvers/track_lists.py
select v.isrc, v.view_count as sort_key, v.change_7 as change, v.percentage_7 as percentage
from track_totals v
join tracks t on t.isrc = v.isrc and t.active
where (v.view_count, v.isrc) < (%(after_key)s::bigint, %(after_isrc)s::text)
order by v.view_count desc, v.isrc desc
limit %(rows)s::integer
