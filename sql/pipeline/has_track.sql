-- Whether the catalog ever had a track.
--
-- Grain:       one row.
-- Parameters:  isrc.
-- Used by:     viewcount_pipeline/decisions.py
select exists (select from tracks where isrc = %(isrc)s::text) as is_known
