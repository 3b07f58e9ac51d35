-- Clears a day's rejected rows before the rows of a newer load of that day take their place.
--
-- Parameters:  day, the UTC date of the load.
-- Used by:     viewcount_pipeline/track_store.py
delete from rejected_tracks
where loaded_on = %(day)s::date
