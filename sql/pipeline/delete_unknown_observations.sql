-- Takes out of the staged batch what belongs to no track.
--
-- Grain:       one row a line taken out.
-- Re-running:  takes out nothing more.
-- Used by:     viewcount_pipeline/imports/observations.py
delete from staged_observations s
where not exists (select from tracks t where t.isrc = s.isrc)
returning s.line, s.isrc
