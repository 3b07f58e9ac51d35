-- The series that grew most over 7 days, in percent.
--
-- Grain:       one row per (isrc, service_id).
-- Parameters:  first, how many.
-- Used by:     viewcount_pipeline/assets/track_trends.py
select
    coalesce(t.title, r.isrc) as track, t.artist, s.display_name as service,
    r.change_7 as change, r.percentage_7 as percent
from track_trends r
join services s using (service_id)
left join tracks t on t.isrc = r.isrc
where r.percentage_7 is not null
order by r.percentage_7 desc, r.isrc
limit %(first)s::integer
