-- A page of the active tracks with the highest counts on one service.
--
-- Grain:       one row a track.
-- Parameters:  service_id; after_key and after_isrc, count and isrc of the last row of the page before; rows, how many
--              at most.
-- Used by:     viewcount_api/resolvers/track_lists.py
select v.isrc, v.view_count as sort_key, r.change_7 as change, r.percentage_7 as percentage
from view_counts v
join tracks t on t.isrc = v.isrc and t.active
left join track_trends r on r.isrc = v.isrc and r.service_id = v.service_id
where v.service_id = %(service_id)s::integer
    and (v.view_count, v.isrc) < (%(after_key)s::bigint, %(after_isrc)s::text)
order by v.view_count desc, v.isrc desc
limit %(rows)s::integer
