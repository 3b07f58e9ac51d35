-- Moves the generation of what readers see on, when something changed since the last one.
--
-- Grain:       one row a publication; no row when nothing waits.
-- Parameters:  run_id, the run that publishes, or null.
-- Re-running:  publishes nothing when nothing changed.
-- Used by:     viewcount_pipeline/publishing.py
insert into publications (generation, tracks, run_id)
select
    (select coalesce(max(generation), 0) + 1 from publications), count(*), %(run_id)s::uuid
from unpublished_tracks
having count(*) > 0
returning generation
