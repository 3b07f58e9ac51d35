-- Forgets the tracks whose cache keys are dropped.
--
-- Parameters:  isrcs, the tracks that were dropped.
-- Re-running:  finds nothing the second time.
-- Used by:     viewcount_pipeline/publishing.py
delete from unpublished_tracks
where isrc = any(%(isrcs)s::text[])
