-- What a staged catalog would change.
--
-- Grain:       one row of counts.
-- Used by:     viewcount_pipeline/track_store.py
select
    (select count(*) from tracks where active and not imported) as active,
    (select count(*) from tracks t where t.active and not t.imported and not exists (select from staged_tracks s where s.isrc = t.isrc))
        as leaving
