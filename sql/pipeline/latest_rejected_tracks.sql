-- Rows of the latest load that could not be used.
--
-- Grain:       one row per line of that catalog.
-- Parameters:  first, how many.
-- Used by:     viewcount_pipeline/assets/track_catalog.py
select line, reason
from rejected_tracks
where loaded_on = (select max(loaded_at at time zone 'UTC')::date from catalog_loads)
order by line
limit %(first)s::integer
