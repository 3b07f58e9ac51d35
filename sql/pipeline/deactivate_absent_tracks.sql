-- Marks active tracks that came with a catalog and are not in the staged one as inactive; nothing is deleted.
--
-- Grain:       one row per isrc.
-- Re-running:  finds nothing the second time.
-- Used by:     viewcount_pipeline/track_store.py
with changed as (
    update tracks t
    set active = false, updated_at = now()
    where t.active
        and not t.imported
        and not exists (select from staged_tracks s where s.isrc = t.isrc)
    returning t.isrc
),

marked as (
    insert into unpublished_tracks (isrc)
    select isrc from changed
    on conflict do nothing
)

select count(*) as removed from changed
