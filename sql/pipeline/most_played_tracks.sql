-- The tracks with the largest totals, which readers are likeliest to ask for.
--
-- Grain:       one row a track.
-- Parameters:  first, how many.
-- Used by:     viewcount_pipeline/publishing.py
select isrc
from track_totals
order by view_count desc, isrc
limit %(first)s::integer
