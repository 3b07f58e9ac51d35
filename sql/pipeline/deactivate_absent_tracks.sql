-- Marks active tracks that are not in the staged catalog as inactive; nothing is deleted.
--
-- Grain:       one row per isrc.
-- Re-running:  finds nothing the second time.
-- Used by:     viewcount_pipeline/track_store.py
update tracks t
set active = false, updated_at = now()
where t.active
    and not exists (select from staged_tracks s where s.isrc = t.isrc)
