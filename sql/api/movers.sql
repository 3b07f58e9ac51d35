-- A page of the tracks that grew most or least in percent, in the order they were ranked in.
--
-- Grain:       one row a track.
-- Parameters:  service_id, 0 for the totals; days, 1, 7 or 30; direction, up or down; after_key and after_isrc, the last
--              row of the page before; rows, how many at most.
-- Used by:     viewcount_api/resolvers/track_lists.py
select r.isrc, r.sort_key, r.change, r.percentage
from track_rankings r
join tracks t on t.isrc = r.isrc and t.active
where r.service_id = %(service_id)s::smallint
    and r.days = %(days)s::smallint
    and r.direction = %(direction)s::text
    and (r.sort_key, r.isrc) > (%(after_key)s::double precision, %(after_isrc)s::text)
order by r.sort_key, r.isrc
limit %(rows)s::integer
