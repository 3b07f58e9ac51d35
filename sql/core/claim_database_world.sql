-- The world this database belongs to, written down by whoever asks first.
--
-- Grain:       one row.
-- Parameters:  world, demo or live.
-- Re-running:  the first word stands.
-- Used by:     viewcount_core/migrations.py
with claimed as (
    insert into database_world (world)
    values (%(world)s::text)
    on conflict do nothing
    returning world
)
select world from claimed
union all
select world from database_world
limit 1
